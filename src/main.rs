//! The binary: one verb a file in `src/cli`.

fn main() -> std::process::ExitCode {
    jiban::cli::main()
}
