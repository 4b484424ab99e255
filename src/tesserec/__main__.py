"""`python -m tesserec` is `kedro run`, with the same options."""

from kedro.framework.project import configure_project


def main() -> None:
    """Run the project that the current folder belongs to."""
    configure_project("tesserec")
    # Only a configured project knows its settings and pipelines.
    from tesserec.cli import run  # noqa: PLC0415

    run(prog_name="python -m tesserec")


if __name__ == "__main__":
    main()
