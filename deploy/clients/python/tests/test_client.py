"""Tests of the client against a gateway: SALIENCY_ENDPOINT says where, SAMPLES where the samples of the repository are."""

import asyncio
import io
import os
import socket
import struct
import tempfile
import threading
import unittest
import uuid
import zlib
from pathlib import Path

import numpy as np

from saliency_cluster import AsyncClient, Client, LocalJob, Picture, SaliencyError, Settings
from saliency_cluster.requests import Submission

SAMPLES = Path(os.environ["SAMPLES"])
DIGITS = SAMPLES / "images" / "mnist"


class WithGateway(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.client, cls.name = Client(), f"digits-{uuid.uuid4().hex[:8]}"
        cls.model = cls.client.add_model(cls.name, SAMPLES / "models" / "mnist-cnn.onnx", labels=[f"digit {i}" for i in range(10)])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.client.remove_model(cls.name)
        cls.client.close()


class Models(WithGateway):
    def test_the_same_file_again_is_the_same_version(self) -> None:
        again = self.client.add_model(self.name, (SAMPLES / "models" / "mnist-cnn.onnx").read_bytes(), labels=[f"digit {i}" for i in range(10)])
        self.assertEqual((f"{self.name}:1", self.model.sha256), (again.name, again.sha256))
        self.assertIn(f"{self.name}:1", self.client.models())

    def test_a_model_says_its_shape_layers_and_methods(self) -> None:
        found = self.client.model(self.name)
        self.assertEqual(((1, 28, 28), 10), (found.image_shape, len(found.labels)))
        self.assertTrue(found.layers)
        self.assertEqual("", found.methods["integrated-gradients"])

    def test_methods_have_options(self) -> None:
        self.assertIn("steps", [o.name for o in self.client.methods()["integrated-gradients"].options])


class OneImage(WithGateway):
    def test_a_map_adds_up_to_the_difference_of_scores(self) -> None:
        found = self.client.explain(self.name, DIGITS / "digit-3.png", "integrated-gradients", steps=64)
        self.assertEqual(((1, 28, 28), np.float32, "3", "digit 3"), (found.map.shape, found.map.dtype, found.target, found.label))
        self.assertAlmostEqual(found.score - found.message.baseline_score, float(found.map.sum()), delta=0.05 * abs(found.score))
        self.assertAlmostEqual(float(found.map.sum()) - (found.score - found.message.baseline_score), found.convergence_delta, places=3)
        self.assertEqual(64, found.points)
        self.assertEqual(64, next(v for k, v in found.parameters.items() if k.lower() == "steps"))

    def test_pixels_bytes_and_a_file_are_the_same_picture(self) -> None:
        file = DIGITS / "digit-3.png"
        pixels = read_grey(file)
        maps = [self.client.explain(self.name, image).map for image in (file, file.read_bytes(), pixels, Picture(pixels[:, :, None], "with a channel"))]
        for other in maps[1:]:
            np.testing.assert_array_equal(maps[0], other)

    def test_floats_are_the_input_itself(self) -> None:
        pixels = read_grey(DIGITS / "digit-3.png")
        prepared = (pixels / np.float32(255))[None].astype(np.float32)
        np.testing.assert_array_equal(self.client.explain(self.name, pixels).map, self.client.explain(self.name, prepared).map)

    def test_progress_and_partial_maps_are_told(self) -> None:
        news = []
        found = self.client.explain(self.name, DIGITS / "digit-3.png", "smoothgrad", samples=400, seed=7, partial_maps=True, on_progress=news.append)
        self.assertTrue(all(n.points_done <= n.points_total for n in news if n.points_total))
        self.assertTrue(all(n.map is None or n.map.shape == found.map.shape for n in news))
        again = self.client.explain(self.name, DIGITS / "digit-3.png", "smoothgrad", samples=400, seed=7)
        np.testing.assert_array_equal(found.map, again.map)

    def test_an_explanation_shows_itself(self) -> None:
        found = self.client.explain(self.name, DIGITS / "digit-3.png", "integrated-gradients")
        self.assertEqual((28, 28), found.heat.shape)
        width, height, rows = decode_png(found.png())
        self.assertEqual((28, 28), (width, height))
        # The strongest evidence for is red, the strongest against is bluish, none is white.
        red, _, blue = (int(v) for v in rows.reshape(-1, 3)[found.heat.argmax()])
        self.assertEqual((255, 0), (red, blue))
        red, _, blue = (int(v) for v in rows.reshape(-1, 3)[found.heat.argmin()])
        self.assertTrue(red < blue == 255)
        self.assertEqual([255, 255, 255], rows.reshape(-1, 3)[(found.heat == 0).argmax()].tolist())
        self.assertIn("data:image/png;base64,", found._repr_html_())


class Refusals(WithGateway):
    def test_errors_have_code_what_and_next(self) -> None:
        with self.assertRaises(SaliencyError) as raised:
            self.client.explain("no-such-model", DIGITS / "digit-3.png")
        self.assertEqual(("SAL3004", "NOT_FOUND"), (raised.exception.code, raised.exception.status))
        self.assertTrue(raised.exception.what and raised.exception.next)

    def test_a_method_or_option_that_is_not_there(self) -> None:
        with self.assertRaises(SaliencyError) as raised:
            self.client.explain(self.name, DIGITS / "digit-3.png", "gradiant")
        self.assertTrue(raised.exception.code.startswith("SAL2"))
        with self.assertRaisesRegex(TypeError, "Did you mean 'steps'"):
            self.client.explain(self.name, DIGITS / "digit-3.png", "integrated-gradients", step=3)
        with self.assertRaisesRegex(TypeError, "'steps' cannot be 'many'"):
            self.client.explain(self.name, DIGITS / "digit-3.png", "integrated-gradients", steps="many")

    def test_what_is_no_image(self) -> None:
        for image, says in ((np.zeros((28, 28), np.int64), "int64"), (3, "int is no image"), (np.zeros((28, 28, 7), np.uint8), "28, 28, 7")):
            with self.assertRaisesRegex((TypeError, ValueError), says):
                self.client.explain(self.name, image)

    def test_nobody_answers(self) -> None:
        with Client("127.0.0.1:1", settings=Settings(attempts=2, longest_pause=0.01)) as client:
            with self.assertRaises(SaliencyError) as raised:
                client.models()
        self.assertEqual(("SAL2580", "UNAVAILABLE"), (raised.exception.code, raised.exception.status))

    def test_a_key_does_not_cross_the_network_unencrypted(self) -> None:
        with self.assertRaisesRegex(ValueError, "unencrypted"):
            Client("http://gateway.example:50051", api_key="secret")


class Jobs(WithGateway):
    def test_a_folder_with_two_methods(self) -> None:
        job = self.client.submit(self.name, DIGITS, ["gradient", ("integrated-gradients", {"steps": 8})])
        ended = job.wait()
        images = len(list(DIGITS.glob("*.png")))
        self.assertEqual(("done", images, images, 0), (ended.state, ended.images, ended.done, ended.failed))
        results = list(job.results())
        self.assertEqual([(i, m) for i in range(images) for m in ("gradient", "integrated-gradients")], [(r.index, r.method) for r in results])
        live = self.client.explain(self.name, DIGITS / f"{results[0].name}.png")
        np.testing.assert_array_equal(live.map, results[0].map)
        table = job.table()
        self.assertEqual((2 * images, "done"), (len(table), table["state"][0]))
        job.delete()
        with self.assertRaises(SaliencyError):
            job.status()

    def test_a_generator_a_failed_image_and_the_others(self) -> None:
        def images():
            yield Picture(DIGITS / "digit-3.png", "good")
            yield Picture(b"this is no picture", "bad")
            yield read_grey(DIGITS / "digit-3.png")
        job = self.client.submit(self.name, images())
        good, bad, third = job.results()
        self.assertEqual(("good", "bad", "image-2"), (good.name, bad.name, third.name))
        self.assertIsNone(good.failure)
        self.assertTrue(bad.failure.code.startswith("SAL"))
        self.assertIsNone(bad.map)
        with self.assertRaises(SaliencyError):
            bad.check()
        np.testing.assert_array_equal(good.map, third.map)

    def test_a_download_goes_on_where_it_was_left(self) -> None:
        batch = np.random.default_rng(1).random((5, 1, 28, 28), np.float32)
        job = self.client.submit(self.name, batch, ["gradient", "gradient-times-input"])
        with tempfile.TemporaryDirectory() as folder:
            whole = job.download(folder)
            self.assertEqual(10, len(whole))
            listing = Path(folder) / "results.jsonl"
            lines = listing.read_text().splitlines(keepends=True)
            # Two images and a half, and a line that was cut off.
            listing.write_text("".join(lines[:5]) + lines[5][:20])
            before = (Path(folder) / "000000-gradient.npy").stat().st_mtime_ns
            again = job.download(folder)
            self.assertEqual(lines, listing.read_text().splitlines(keepends=True))
            self.assertEqual(before, (Path(folder) / "000000-gradient.npy").stat().st_mtime_ns)
            opened = LocalJob(folder)
            self.assertIsInstance(opened[3].map, np.memmap)
            for here, there in zip(opened, job.results()):
                self.assertEqual((here.index, here.method, here.score), (there.index, there.method, there.score))
                np.testing.assert_array_equal(here.map, there.map)
            self.assertEqual(10, len(again.table()))
            with self.assertRaises(IndexError):
                opened[10]

    def test_what_can_be_read_again_is_sent_again_and_a_generator_once(self) -> None:
        batch = np.zeros((2, 1, 28, 28), np.float32)
        for images in (DIGITS, [DIGITS / "digit-3.png"], DIGITS / "digit-3.png", batch, batch[0], [Picture(b"", "empty")]):
            submission = Submission(self.name, images, "gradient", {}, None, None)
            self.assertTrue(submission.is_repeatable)
            self.assertEqual([m.SerializeToString() for m in submission.messages()], [m.SerializeToString() for m in submission.messages()])
        self.assertFalse(Submission(self.name, (image for image in batch), "gradient", {}, None, None).is_repeatable)

    def test_the_same_id_again_makes_no_second_job(self) -> None:
        name = f"mine-{uuid.uuid4().hex[:8]}"
        one = self.client.submit(self.name, DIGITS / "digit-3.png", job_id=name)
        two = self.client.submit(self.name, DIGITS / "digit-3.png", job_id=name)
        self.assertEqual((name, name, 1), (one.id, two.id, len(list(self.client.jobs(text=name)))))

    def test_a_cancelled_job_says_so(self) -> None:
        job = self.client.submit(self.name, np.zeros((40, 1, 28, 28), np.float32), "smoothgrad", samples=5000)
        job.cancel()
        self.assertEqual("cancelled", job.wait().state)


class LostConnections(WithGateway):
    def test_results_and_states_go_on_where_they_broke_off(self) -> None:
        job = self.client.submit(self.name, np.random.default_rng(2).random((200, 1, 28, 28), np.float32), ["gradient", "integrated-gradients"])
        whole = [(r.index, r.method, r.map.tobytes()) for r in job.results()]
        with Cutting(os.environ["SALIENCY_ENDPOINT"], after=200_000) as proxy, Client(proxy.endpoint) as client:
            self.assertEqual(whole, [(r.index, r.method, r.map.tobytes()) for r in client.job(job.id).results()])
            self.assertGreater(proxy.cut, 2)
            self.assertEqual("done", client.job(job.id).wait().state)


class Cutting:
    """Passes connections on to a gateway, and cuts each of them after so many bytes of answers."""

    def __init__(self, endpoint: str, after: int) -> None:
        host, _, port = endpoint.rpartition("://")[2].rpartition(":")
        self._to, self._after, self.cut = (host, int(port)), after, 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Cutting":
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                client = self._door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._to) as gateway:
            asking = threading.Thread(target=self._pass, args=(client, gateway, None), daemon=True)
            asking.start()
            self._pass(gateway, client, self._after)
            asking.join()

    def _pass(self, source: socket.socket, sink: socket.socket, left: "int | None") -> None:
        try:
            while data := source.recv(16_384):
                sink.sendall(data)
                if left is not None and (left := left - len(data)) <= 0:
                    self.cut += 1
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Asynchronous(WithGateway):
    def test_images_side_by_side_and_a_job(self) -> None:
        async def work():
            async with AsyncClient() as client:
                files = sorted(DIGITS.glob("*.png"))[:3]
                found = await asyncio.gather(*(client.explain(self.name, file) for file in files))
                job = await client.submit(self.name, files)
                results = [r async for r in job.results()]
                ended = await job.wait()
                with self.assertRaises(SaliencyError):
                    await client.explain(self.name, files[0], "gradiant")
                return found, results, ended, await job.table()
        found, results, ended, table = asyncio.run(work())
        self.assertEqual(("done", 3, 3), (ended.state, len(results), len(table)))
        for live, stored in zip(found, results):
            np.testing.assert_array_equal(live.map, stored.map)


def decode_png(data: bytes):
    """Reads a PNG file of 8 bits without filters other than those of this test's own pictures."""
    stream, body, header = io.BytesIO(data[8:]), b"", ()
    while chunk := stream.read(8):
        size, kind = struct.unpack(">I4s", chunk)
        content = stream.read(size)
        stream.read(4)
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", content)
        elif kind == b"IDAT":
            body += content
    width, height, channels = header[0], header[1], {0: 1, 2: 3, 4: 2, 6: 4}[header[3]]
    raw = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, 1 + width * channels)
    rows = np.zeros((height, width * channels), np.uint8)
    for y in range(height):
        line, above = raw[y, 1:].astype(int), rows[y - 1].astype(int) if y else np.zeros(width * channels, int)
        for x in range(width * channels):
            left, corner = (int(rows[y, x - channels]), int(above[x - channels])) if x >= channels else (0, 0)
            near = left + int(above[x]) - corner
            paeth = min((left, int(above[x]), corner), key=lambda v: abs(near - v))
            rows[y, x] = (line[x] + (0, left, int(above[x]), (left + int(above[x])) // 2, paeth)[raw[y, 0]]) % 256
    return width, height, rows.reshape(height, width, channels)


def read_grey(file: Path) -> np.ndarray:
    return decode_png(file.read_bytes())[2][:, :, 0].copy()


if __name__ == "__main__":
    unittest.main()
