# Recipes for people who have `just`

# List the recipes.
default:
    @just --list

# Form, lints, tests: what every change must pass.
check:
    .ci/run

# The tests alone.
test *arguments:
    cargo test {{ arguments }}

# How long a frame takes.
bench:
    cargo bench

# The dashboard on the simulated AWS.
demo *arguments:
    cargo run --release -- --demo {{ arguments }}

# Look at changed screens and take or refuse them.
review:
    cargo insta test --review
