"""The version resource of the Windows executable: Korean (0412), Unicode (04B0), as PyInstaller reads it."""

from devtools.package.product import Product, product

LANGUAGE_BLOCK = "041204B0"
TRANSLATION = (0x0412, 0x04B0)


def version_strings(of: Product) -> dict[str, str]:
    """What the Explorer shows under Details."""
    return {
        "CompanyName": of.publisher,
        "FileDescription": of.description,
        "FileVersion": of.version,
        "InternalName": of.name,
        "LegalCopyright": f"© 2026 {of.publisher}. MIT.",
        "OriginalFilename": of.executable,
        "ProductName": of.title,
        "ProductVersion": of.version,
    }


def version_info_text(of: Product | None = None) -> str:
    """The resource as the expression that PyInstaller evaluates."""
    of = of or product()
    strings = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in version_strings(of).items())
    fixed = f"filevers={of.four_numbers}, prodvers={of.four_numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1"
    return (
        f"VSVersionInfo(ffi=FixedFileInfo({fixed}, subtype=0x0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable({LANGUAGE_BLOCK!r}, [{strings}])]), "
        f"VarFileInfo([VarStruct('Translation', [{TRANSLATION[0]}, {TRANSLATION[1]}])])])\n"
    )
