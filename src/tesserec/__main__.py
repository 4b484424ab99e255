"""`python -m tesserec` is `kedro run`, with the same options."""

from kedro.framework.project import configure_project

from tesserec.cli import run


def main() -> None:
    """Run the project that the current folder belongs to."""
    configure_project("tesserec")
    run(prog_name="python -m tesserec")


if __name__ == "__main__":
    main()
