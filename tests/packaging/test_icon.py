"""The icon file is readable in every size that Windows asks for."""

import struct

from PySide6.QtCore import QBuffer, QByteArray, QSize
from PySide6.QtGui import QImage, QImageReader

from devtools import ROOT
from devtools.package.icon import SIZES, bitmap, ico, painted

COMMITTED = ROOT / "resources" / "icons" / "app.ico"


def images(content: bytes) -> list[QImage]:
    """All images of an icon file, as Qt reads them."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"ico"))
    found = []
    for place in range(reader.imageCount()):
        assert reader.jumpToImage(place)
        found.append(reader.read())
    return found


def test_the_committed_icon_has_every_size() -> None:
    found = images(COMMITTED.read_bytes())
    assert [image.size() for image in found] == [QSize(size, size) for size in SIZES]
    assert not any(image.isNull() for image in found)


def test_what_is_written_is_read_back_pixel_by_pixel() -> None:
    made = [painted(size) for size in (16, 20, 48)]
    for before, after in zip(made, images(ico(made)), strict=True):
        assert after.convertToFormat(QImage.Format.Format_ARGB32) == before


def test_a_small_image_is_a_bitmap_of_double_height_with_an_empty_mask() -> None:
    body = bitmap(painted(20))
    size, width, height = struct.unpack_from("<Iii", body)
    assert (size, width, height) == (40, 20, 40)
    assert len(body) == 40 + 20 * 20 * 4 + 20 * 4  # a mask row of 20 bits is padded to 4 bytes
    assert not any(body[40 + 20 * 20 * 4 :])


def test_corners_are_transparent_and_the_middle_is_not() -> None:
    image = painted(64)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(32, 32).alpha() == 255
