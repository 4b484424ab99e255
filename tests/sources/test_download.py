import hashlib
import io
import json
import socket
import zipfile

import pytest

from tesserec.errors import TesserecError
from tesserec.sources.download import DownloadError, download
from tesserec.sources.published import Publication, PublishedFile


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


ARCHIVE = zipped({"ml-x/movies.csv": "movieId\n" * 50_000, "ml-x/more/README.txt": "Read me"})


@pytest.fixture
def movies(site):
    site.files["ml-x.zip"] = ARCHIVE
    site.files["ml-x.zip.md5"] = f"MD5 (ml-x.zip) = {hashlib.md5(ARCHIVE).hexdigest().upper()}\n".encode()
    return Publication(
        "movies-x", "movielens", (PublishedFile(f"{site.url}/ml-x.zip", f"{site.url}/ml-x.zip.md5"),), ""
    )


def contents(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_archive_is_verified_and_unpacked_without_its_outer_folder(site, movies, tmp_path):
    folder = download(movies, tmp_path)
    assert folder == tmp_path / "movielens" / "movies-x"
    assert contents(tmp_path / "movielens") == {
        "movies-x/movies.csv",
        "movies-x/more/README.txt",
        "movies-x/download.json",
    }
    assert (folder / "more" / "README.txt").read_text() == "Read me"
    assert json.loads((folder / "download.json").read_text()) == [
        {
            "url": f"{site.url}/ml-x.zip",
            "bytes": len(ARCHIVE),
            "sha256": hashlib.sha256(ARCHIVE).hexdigest(),
            "compared_with_publisher": True,
        }
    ]


def test_what_is_there_is_not_fetched_again(site, movies, tmp_path):
    download(movies, tmp_path)
    site.requests.clear()
    download(movies, tmp_path)
    assert site.requests == []


def test_files_without_checksum_stay_packed_and_their_hash_is_told(site, tmp_path, caplog):
    site.files |= {"X.json.gz": b"\x1f\x8breviews", "meta_X.json.gz": b"\x1f\x8bmeta"}
    files = tuple(PublishedFile(f"{site.url}/{name}") for name in site.files)
    folder = download(Publication("amazon-x", "amazon", files, ""), tmp_path)
    assert contents(folder) == {"X.json.gz", "meta_X.json.gz", "download.json"}
    assert (folder / "X.json.gz").read_bytes() == b"\x1f\x8breviews"
    assert f"its SHA-256 is {hashlib.sha256(site.files['X.json.gz']).hexdigest()}" in caplog.text
    assert not any(
        file["compared_with_publisher"] for file in json.loads((folder / "download.json").read_text())
    )


def test_wrong_checksum_leaves_nothing_behind_that_a_second_try_would_use(site, movies, tmp_path):
    right = site.files["ml-x.zip.md5"]
    site.files["ml-x.zip.md5"] = b"0" * 32 + b"  ml-x.zip"
    with pytest.raises(DownloadError, match=r"ml-x\.zip has the MD5 [0-9a-f]{32}, the publisher says 0{32}"):
        download(movies, tmp_path)
    assert not (tmp_path / "movielens" / "movies-x").exists()
    site.files["ml-x.zip.md5"] = right
    assert (download(movies, tmp_path) / "movies.csv").exists()
    assert [path for path, _ in site.requests].count("/ml-x.zip") == 2


def test_cut_off_download_goes_on_where_it_stopped(site, movies, tmp_path):
    site.hang_up_after = 100
    with pytest.raises(
        DownloadError, match=rf"broke off after 100 of {len(ARCHIVE)} bytes\): run the command again"
    ):
        download(movies, tmp_path)
    site.hang_up_after = None
    folder = download(movies, tmp_path)
    assert (folder / "movies.csv").stat().st_size == 400_000
    assert [wanted for path, wanted in site.requests if path == "/ml-x.zip"] == [None, "bytes=100-"]


def test_file_that_changed_in_between_is_fetched_from_its_beginning(site, movies, tmp_path):
    site.hang_up_after = 100
    with pytest.raises(DownloadError):
        download(movies, tmp_path)
    changed = zipped({"movies.csv": "new\n" * 100})
    site.hang_up_after = None
    site.tag = '"second"'
    site.files["ml-x.zip"] = changed
    site.files["ml-x.zip.md5"] = hashlib.md5(changed).hexdigest().encode()
    assert (download(movies, tmp_path) / "movies.csv").read_text() == "new\n" * 100


def test_killed_between_the_last_byte_and_the_renaming(site, movies, tmp_path):
    site.hang_up_after = 100
    with pytest.raises(DownloadError):
        download(movies, tmp_path)
    (part,) = (tmp_path / "movielens").rglob("*.part")
    part.write_bytes(ARCHIVE)
    site.hang_up_after = None
    assert (download(movies, tmp_path) / "movies.csv").exists()


def test_offline_ends_in_one_sentence_with_the_way_out(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/ml-x.zip"
        movies = Publication("movies-x", "movielens", (PublishedFile(url, f"{url}.md5"),), "")
        with pytest.raises(TesserecError) as error:
            download(movies, tmp_path)
    target = tmp_path / "movielens" / "movies-x"
    assert str(error.value) == (
        "movies-x could not be downloaded (Connection refused): run the command again, or fetch "
        f"{url} by other means and unpack its files into {target}."
    )
    assert list(target.parent.iterdir()) == []


def test_file_that_is_no_longer_published(site, movies, tmp_path):
    del site.files["ml-x.zip"]
    with pytest.raises(
        DownloadError, match=r"\(HTTP Error 404: Not Found\): run the command again, or fetch http"
    ):
        download(movies, tmp_path)


def test_checksum_file_without_checksum(site, movies, tmp_path):
    site.files["ml-x.zip.md5"] = b"<html>moved</html>"
    with pytest.raises(DownloadError, match="the publisher's checksum file holds no MD5"):
        download(movies, tmp_path)


@pytest.mark.parametrize(
    "name", ["../outside.txt", "ml-x/../../outside.txt", "/outside.txt", "..\\outside.txt", "C:\\o.txt"]
)
def test_archive_that_reaches_outside_is_refused(site, movies, tmp_path, name):
    content = zipped({"ml-x/movies.csv": "movieId\n", name: "evil"})
    site.files["ml-x.zip"] = content
    site.files["ml-x.zip.md5"] = hashlib.md5(content).hexdigest().encode()
    with pytest.raises(DownloadError, match="would land outside its folder"):
        download(movies, tmp_path / "raw")
    assert not list(tmp_path.rglob("outside.txt"))
    assert not (tmp_path / "raw" / "movielens" / "movies-x").exists()


def test_archive_that_is_none(site, movies, tmp_path):
    site.files["ml-x.zip"] = b"<html>Sign in to this network</html>"
    site.files["ml-x.zip.md5"] = hashlib.md5(site.files["ml-x.zip"]).hexdigest().encode()
    with pytest.raises(DownloadError, match=r"ml-x\.zip is not a complete zip file"):
        download(movies, tmp_path)
