//! What each screen looks like, at each size, with and without colours and Unicode.

use fargate_top::app::screen::Screen;

use crate::support::fleet::{self, cluster_id, service_id, task_id};
use crate::support::screen::Scene;

#[test]
fn look() {
    let screens: Vec<(&str, Screen)> = vec![
        ("service", Screen::Service(cluster_id("payments"), service_id("payments", "checkout-api"))),
        ("events", Screen::Events(cluster_id("media"), service_id("media", "image-resize"))),
        ("clusters", Screen::Clusters),
        ("services", Screen::Services(cluster_id("payments"))),
        ("all tasks", Screen::AllTasks),
        ("task", Screen::Task(cluster_id("media"), task_id("media", "4e10"))),
    ];
    println!("=== fleet\n{}", Scene::incident(200, 60).text());
    println!("=== fleet\n{}", Scene::incident(60, 15).text());
    for (name, screen) in screens {
        for (w, h) in [(120, 36), (80, 24)] {
            println!("=== {name} {w}x{h}\n{}", Scene::incident(w, h).at(&screen).text());
        }
    }
    for keys in [":", ":serv", "?", "/api", "/zzz<enter>", "<ctrl-z>", "<down><down> <down>"] {
        for (w, h) in [(120, 36), (80, 24)] {
            println!("=== {keys} {w}x{h}\n{}", Scene::incident(w, h).keys(keys).text());
        }
    }
    println!("=== ascii\n{}", Scene::ascii(120, 36).text());
    println!("=== loading\n{}", Scene::empty(120, 36).text());
    println!("=== loading\n{}", Scene::empty(120, 36).told(fleet::incident().into_iter().take(12)).text());
}
