"""Builds the wheel with the standard library alone: pip install --no-index works."""
import base64
import hashlib
import pathlib
import zipfile

NAME, VERSION = "atmqtt_pytest", "0.1.0"
METADATA = f"""Metadata-Version: 2.1
Name: atmqtt-pytest
Version: {VERSION}
Summary: A virtual SIM767x module as a pytest fixture
Requires-Python: >=3.9
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: atmqtt\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[pytest11]\natmqtt = atmqtt_pytest.plugin\n"


def _record(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"{NAME}-{VERSION}.dist-info"
    source = pathlib.Path(__file__).parent / NAME
    files = {f"{NAME}/{path.name}": path.read_bytes() for path in sorted(source.glob("*.py"))}
    files[f"{info}/METADATA"] = METADATA.encode()
    files[f"{info}/WHEEL"] = WHEEL.encode()
    files[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    record = "".join(_record(name, data) for name, data in files.items()) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    wheel = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return wheel
