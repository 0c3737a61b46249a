"""Names and the addresses behind them, over real sockets: what is looked up, connected to, and refused."""

import asyncio
import datetime as dt
import socket
import ssl
from contextlib import asynccontextmanager, suppress

import pytest

from shared.file_host import finished, kept_out
from shared.network import KEY
from wan_widgets import AsyncClient
from wan_widgets.service import lookup
from wan_widgets.service.addresses import spelled_out

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Names:
    """The name servers of a test: each answer once, the last one for ever."""

    def __init__(self, monkeypatch, **answers):
        self.answers = {name.replace("_", "."): answer for name, answer in answers.items()}
        self.asked = []
        real = asyncio.BaseEventLoop.getaddrinfo

        async def getaddrinfo(loop, host, port, **options):
            name = host.decode() if isinstance(host, bytes) else host
            if spelled_out(name):
                return await real(loop, host, port, **options)
            self.asked.append(name)
            found = self.answers.get(name)
            if not found:
                raise socket.gaierror(-2, "Name or service not known")
            addresses = found.pop(0) if len(found) > 1 else found[0]
            results = [await real(loop, address, port, **options) for address in addresses]
            return [each for result in results for each in result]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@asynccontextmanager
async def serving(clip, seen, answer=None, **options):
    """A server of one clip, which leaves connections open."""

    async def handle(reader, writer):
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                seen.append(head.decode())
                found = f"HTTP/1.1 200 OK\r\nContent-Length: {len(clip)}\r\n\r\n".encode() + clip
                writer.write((answer and answer(head)) or found)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, **options)
    async with server:
        yield server.sockets[0].getsockname()[1]


def client(clock, base_url=None):
    return AsyncClient("toapis", base_url=base_url, api_key=KEY, timing=clock.timing)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "127.0.0.1.", "evil.test"]
)
async def test_a_real_server_on_this_machine_is_never_reached(monkeypatch, clip, clock, tmp_path, host):
    Names(monkeypatch, evil_test=[["127.0.0.1"]], localhost=[["::1", "127.0.0.1"]])
    seen = []
    async with serving(clip, seen) as port, client(clock) as http:
        said = await kept_out(http, f"http://{host}:{port}/clip.mp4", tmp_path)
    assert "its address leads to this machine" in said
    assert seen == clock.slept == []


@pytest.mark.parametrize("others", [["8.8.8.8"], ["2606:4700::1111"], ["198.18.0.7"]])
@pytest.mark.parametrize("inside", ["127.0.0.1", "192.168.1.1", "::1", "fd00::1", "169.254.169.254"])
async def test_one_address_inside_is_enough_to_refuse_a_name(monkeypatch, clock, tmp_path, inside, others):
    for answer in ([inside, *others], [*others, inside]):
        Names(monkeypatch, evil_test=[answer])
        async with client(clock) as http:
            assert "its address leads to " in await kept_out(http, "https://evil.test/clip.mp4", tmp_path)


async def test_what_was_looked_up_is_what_is_connected_to(monkeypatch, clip, clock, tmp_path):
    """A name that answers differently the second time is not asked a second time."""
    names, seen = Names(monkeypatch, files_test=[["127.0.0.1"], ["169.254.169.254"]]), []
    async with serving(clip, seen) as port:
        url = f"http://files.test:{port}/a%20b/%E7%8C%AB.mp4?Signature=x%2By%3D%3D&Key~='(!)*&e=%7e&p=a+b&q"
        async with client(clock, f"http://127.0.0.1:{port}") as http:
            await http.download(finished(url), tmp_path / "clip.mp4")
    assert names.asked == ["files.test"]
    assert seen[0].startswith(f"GET {url.partition(str(port))[2]} HTTP/1.1\r\n")
    assert f"\r\nHost: files.test:{port}\r\n" in seen[0]
    assert KEY not in seen[0], "another name is another origin, on the same port too"


async def test_a_redirect_is_relative_to_the_name_and_not_to_the_number(monkeypatch, clip, clock, tmp_path):
    names, seen = Names(monkeypatch, files_test=[["127.0.0.1"]]), []
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"

    def answer(head):
        return b"" if b"/there" in head else moved

    async with serving(clip, seen, answer) as port, client(clock, "http://127.0.0.1:1") as http:
        await http.download(finished(f"http://files.test:{port}/here"), tmp_path / "clip.mp4")
    assert names.asked == ["files.test"] * 2
    assert [f"Host: files.test:{port}" in head for head in seen] == [True, True]


async def test_the_next_address_of_a_name_is_tried(monkeypatch, clip, clock, tmp_path):
    Names(monkeypatch, files_test=[["::1", "127.0.0.2", "127.0.0.1"]])
    seen = []
    async with serving(clip, seen) as port, client(clock, "http://127.0.0.1:1") as http:
        await http.download(finished(f"http://files.test:{port}/"), tmp_path / "clip.mp4")
    assert len(seen) == 1
    assert clock.slept == []


async def test_a_service_is_looked_up_where_its_files_are_inside(monkeypatch, clip, clock, tmp_path):
    seen = []
    async with serving(clip, seen) as port:
        for service, allowed in ([["127.0.0.1"]], True), ([["127.0.0.1", "8.8.8.8"]], False), ([["8.8.8.8"]], False):
            Names(monkeypatch, engine_test=service)
            async with client(clock, "https://engine.test") as http:
                if allowed:
                    await http.download(finished(f"http://127.0.0.1:{port}/"), tmp_path / "clip.mp4")
                    (tmp_path / "clip.mp4").unlink()
                else:
                    await kept_out(http, f"http://127.0.0.1:{port}/", tmp_path)
    assert len(seen) == 1


async def test_a_name_that_nobody_knows_is_asked_for_again_and_never_by_another_way(monkeypatch, clock, tmp_path):
    """Else a name server could be silent first, and lead inside when the connection is made."""
    names = Names(monkeypatch)
    async with client(clock) as http:
        said = await kept_out(http, "https://nobody.test/clip.mp4", tmp_path)
    assert "The file server could not be reached: nobody.test: no address is known for its name." in said
    assert names.asked == ["nobody.test"] * 4


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
async def test_a_proxy_looks_names_up_itself(monkeypatch, clip, clock, tmp_path, variable):
    names, seen = Names(monkeypatch, inside_test=[["10.0.0.1"]]), []
    async with serving(clip, seen) as port:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "inside.test")
        async with client(clock) as http:
            await http.download(finished("http://files.test/clip.mp4"), tmp_path / "clip.mp4")
            (tmp_path / "clip.mp4").unlink()
            for url in ("http://10.0.0.1/", "http://0x7f.1/", "http://localhost/", "http://inside.test/clip.mp4"):
                assert "its address leads to " in await kept_out(http, url, tmp_path)
    assert [head.split("\r\n")[0] for head in seen] == ["GET http://files.test/clip.mp4 HTTP/1.1"]
    assert set(names.asked) <= {"inside.test", "toapis.com"}, "only what goes past the proxy is looked up here"


async def test_what_goes_past_the_proxy_goes_past_it_here_too(monkeypatch, clip, clock, tmp_path):
    Names(monkeypatch, files_test=[["127.0.0.1"]])
    seen, at_proxy = [], []
    async with serving(clip, at_proxy) as proxy, serving(clip, seen) as port:
        monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("no_proxy", ".test")
        async with client(clock, "http://127.0.0.1:1") as http:
            await http.download(finished(f"http://files.test:{port}/"), tmp_path / "clip.mp4")
    assert (len(seen), at_proxy) == (1, [])


async def test_name_servers_that_do_not_answer_are_not_waited_for(monkeypatch, clock, tmp_path):
    async def silent(*_, **__):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", silent)
    monkeypatch.setattr(lookup, "_LONGEST", 0.01)
    async with client(clock) as http:
        said = await kept_out(http, "https://files.test/", tmp_path)
    assert "could not be reached: files.test: no name server answered in time" in said


@pytest.fixture
def certified(monkeypatch, tmp_path_factory):
    """A server's TLS for files.test and other.test, each with its certificate, trusted by the client."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = tmp_path_factory.mktemp("tls")
    contexts, trusted = {}, b""
    for name in ("files.test", "other.test"):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        begin = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        trusted += pem
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / name).write_bytes(pem + private)
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(folder / name)
    (folder / "trusted").write_bytes(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "trusted"))
    return contexts


async def test_a_certificate_is_checked_for_the_name_although_the_number_is_connected_to(
    monkeypatch, certified, clip, clock, tmp_path
):
    Names(
        monkeypatch,
        files_test=[["127.0.0.1"]],
        other_test=[["127.0.0.1"]],
        third_test=[["127.0.0.1"]],
        localhost=[["127.0.0.1"]],
    )
    named, seen = [], []

    def choose(connection, name, _):
        named.append(name)
        connection.context = certified.get(name, certified["files.test"])

    certified["files.test"].sni_callback = choose
    async with serving(clip, seen, ssl=certified["files.test"]) as port, client(clock, "http://127.0.0.1:1") as http:
        for name in ("files.test", "other.test"):
            await http.download(finished(f"https://{name}:{port}/"), tmp_path / "clip.mp4")
        (tmp_path / "clip.mp4").unlink()
        assert "certificate" in await kept_out(http, f"https://third.test:{port}/", tmp_path)
        assert "certificate" in await kept_out(
            http, f"https://127.0.0.1:{port}/".replace("127.0.0.1", "localhost"), tmp_path
        )
    assert named[:3] == ["files.test", "other.test", "third.test"]
    assert len(seen) == 2
