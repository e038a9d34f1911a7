//! The real program in a real pseudo-terminal: it starts, survives a resize, and leaves the terminal clean.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long the machine may be busy with something else before a wait is given up.
const PATIENCE: Duration = Duration::from_mins(1);

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// All that was written, for modes that the screen model does not keep.
    raw: Vec<u8>,
    _home: tempfile::TempDir,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_fargate-top"));
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 || sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer().unwrap();
        let screen = vt100::Parser::new(cells(24), cells(80), 0);
        Self { child, master: pty.master, keys, output, screen, raw: Vec::new(), _home: home }
    }

    /// The dashboard on the embedded story, once its rows are there.
    fn demo() -> Self {
        let mut program = Self::start(&["--demo", "--theme", "dark"]);
        program.wait_for("checkout-api");
        program
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn resize(&mut self, rows: u16, cols: u16) {
        self.screen.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    #[expect(clippy::disallowed_methods, reason = "a real program takes real time")]
    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("`{text}` did not appear:\n{}", self.screen.screen().contents())
                }
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Waits for the end and reads what is left.
    fn end(&mut self) -> ExitStatus {
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.take(&bytes);
        }
        self.child.wait().unwrap()
    }

    /// The terminal is as it was before.
    fn assert_clean(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain again");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let last = |mode: &str| {
            let find = |suffix| {
                let sequence = format!("\x1b[?{mode}{suffix}").into_bytes();
                self.raw.windows(sequence.len()).rposition(|bytes| bytes == sequence)
            };
            find('h') <= find('l')
        };
        assert!(last("1007"), "the wheel scrolls again");
        assert!(last("2026"), "no picture was left half");
    }
}

#[test]
fn it_starts_survives_resizes_and_quits_cleanly() {
    let mut program = Program::demo();
    assert!(program.screen.screen().alternate_screen());
    program.resize(50, 160);
    // Wide enough for the list and the preview side by side.
    program.wait_for("┬");
    program.resize(10, 40);
    program.wait_for("needs 60x15");
    program.resize(24, 80);
    program.wait_for("checkout-api");
    program.press("\r");
    program.wait_for("Tasks");
    program.press(":q\r");
    assert!(program.end().success());
    program.assert_clean();
}

#[test]
fn ctrl_c_quits() {
    let mut program = Program::demo();
    program.press("\x03");
    assert!(program.end().success());
    program.assert_clean();
}

#[test]
fn a_signal_from_outside_ends_it_cleanly() {
    let mut program = Program::demo();
    let process = program.child.process_id().unwrap().to_string();
    let killed = std::process::Command::new("kill").args(["-TERM", &process]).status().unwrap();
    assert!(killed.success());
    assert!(program.end().success());
    program.assert_clean();
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_leaves_the_terminal_clean_and_tells_what_happened() {
    let mut program = Program::demo();
    program.press(":force-panic\r");
    let status = program.end();
    assert_eq!(status.exit_code(), 101);
    program.assert_clean();
    let text = program.screen.screen().contents();
    assert!(text.contains("forced by a hidden command"), "{text}");
}

#[test]
fn the_mouse_is_given_back() {
    let mut program = Program::demo();
    program.press("\x1bOQ");
    program.wait_for("mouse on");
    assert_ne!(program.screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    program.press("\x03");
    assert!(program.end().success());
    program.assert_clean();
}
