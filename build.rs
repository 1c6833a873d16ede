//! Builds anew when a lesson or a quiz comes or goes: `include_dir!` notices only edits. On Linux
//! the program is linked to a fixed address: its tables are full of pointers, and letting the
//! loader move them all takes longer than the rest of the start.

#[expect(clippy::disallowed_methods, reason = "Cargo tells the target this way")]
fn main() {
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=quizzes");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
