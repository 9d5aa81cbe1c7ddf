"""Reports as files: CSV, and a minimal valid XLSX, PDF or ZIP around it."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from tests.fake_clockify.answers import Answer

COLUMNS = ("projectName", "clientName", "description", "taskName", "userName", "billable")
TYPES = {
    "CSV": "text/csv; charset=utf-8",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "PDF": "application/pdf",
    "ZIP": "application/zip",
}


def exported(form: str, rows: list[dict[str, Any]]) -> Answer:
    """Return *rows* of a detailed report as a file of that form."""
    table = [[*COLUMNS, "start", "end", "seconds"]]
    table += [[_cell(row[name]) for name in COLUMNS] + _times(row) for row in rows]
    make = {"CSV": _csv, "XLSX": _xlsx, "PDF": _pdf, "ZIP": _zip}[form]
    return Answer(200, make(table), content_type=TYPES[form])


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _times(row: dict[str, Any]) -> list[str]:
    return [_cell(row["timeInterval"][name]) for name in ("start", "end", "duration")]


def _csv(table: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def _zip(table: list[list[str]]) -> bytes:
    return _zipped({"report.csv": _csv(table).decode()})


def _zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _xlsx(table: list[list[str]]) -> bytes:
    cells = "".join(f"<row>{''.join(map(_xml_cell, row))}</row>" for row in table)
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packages = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1"'
            f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{spreadsheet}" xmlns:r="{office}"><sheets>'
            '<sheet name="Report" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="sheet.xml"/></Relationships>',
            "xl/sheet.xml": f'<worksheet xmlns="{spreadsheet}"><sheetData>{cells}</sheetData>'
            "</worksheet>",
        }
    )


def _xml_cell(text: str) -> str:
    allowed = "".join(c for c in text if c >= " " or c in "\t\n")
    return f'<c t="inlineStr"><is><t>{escape(allowed)}</t></is></c>'


def _pdf(table: list[list[str]]) -> bytes:
    """Return one page that says how many entries the report has."""
    text = f"BT /F1 12 Tf 72 720 Td ({len(table) - 1} time entries) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
