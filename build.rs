//! Builds anew when a lesson or a quiz comes or goes: `include_dir!` notices only edits.

fn main() {
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=quizzes");
}
