"""Small registers for the tests: invented rows, saved as users' tools save them."""

import csv
import random
import zipfile

from qpvlib.actions.contract import fields

ROW = {
    "reference": "DA1", "exercice": "2021", "porteur": "Association Alpha (exemple)",
    "siret": "00012345600006", "intitule": "Tournoi", "quartiers": "QP045010", "theme": "1.5b",
    "debut": "05/07/2021", "fin": "16/07/2021", "participants_prevus": "60",
    "montant_demande": "4 500,00 €", "etat": "accordée",
}  # fmt: skip


def row(**changes):
    """A sound row, changed; a field set to None is left out."""
    return {name: cell for name, cell in (ROW | changes).items() if cell is not None}


def text(rows, delimiter=";", above=""):
    """A CSV text of rows; the columns are those of the first."""
    lines = [list(rows[0]), *[[r.get(name, "") for name in rows[0]] for r in rows]]

    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"' if delimiter in cell or '"' in cell else cell

    return above + "".join(delimiter.join(map(quoted, line)) + "\r\n" for line in lines)


def csv_file(folder, *rows, name="f.csv", encoding="utf-8", **how):
    """Rows saved as CSV."""
    path = folder / name
    path.write_bytes(text(list(rows) or [row()], **how).encode(encoding))
    return path


def typed(name, cell):
    """A cell as a spreadsheet holds it."""
    from datetime import datetime

    kinds = {field.name: field.kind for field in fields()}
    if kinds[name] == "date":
        return datetime.strptime(cell, "%d/%m/%Y")
    if kinds[name] == "integer":
        return int(cell)
    if kinds[name] == "cents":
        return float(cell.replace(" ", "").replace("€", "").replace(",", "."))
    return cell


def table(rows):
    """Header and typed cells."""
    names = list(rows[0])
    return [names, *[[typed(n, r[n]) if r.get(n) else None for n in names] for r in rows]]


def openpyxl_file(path, cells):
    import openpyxl

    book = openpyxl.Workbook()
    for line in cells:
        book.active.append(line)
    book.save(path)
    return path


def xlsxwriter_file(path, cells):
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for r, line in enumerate(cells):
            for c, cell in enumerate(line):
                if cell is not None:
                    sheet.write(r, c, cell)
    return path


def odf_file(path, cells):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, sheet = OpenDocumentSpreadsheet(), Table(name="Feuille1")
    for line in cells:
        made = TableRow()
        for cell in line:
            made.addElement(_odf_cell(cell, TableCell, P))
        sheet.addElement(made)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))
    return path


def _odf_cell(cell, made, paragraph):
    from datetime import datetime

    if cell is None:
        return made()
    if isinstance(cell, datetime):
        return made(valuetype="date", datevalue=cell.date().isoformat())
    if isinstance(cell, str):
        told = made(valuetype="string")
        told.addElement(paragraph(text=cell))
        return told
    return made(valuetype="float", value=repr(cell))


def archive(path, **parts):
    """A zip of parts, « __ » standing for « / »."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return path


def read_csv(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def needs(path, areas):
    """Needs given beside a register, drawn at random: one of each neighbourhood and axis."""
    draw = random.Random(2022)
    axes = (("cohesion_sociale", "Cohésion sociale"),
            ("cadre_de_vie", "Cadre de vie et renouvellement urbain"),
            ("emploi", "Développement économique et emploi"))  # fmt: skip
    kinds = ("retained", "solid", "solid", "confirm", "undocumented")
    rows = [[c, axis, label, draw.choice(kinds)] for c in areas for axis, label in axes]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["area", "axis", "label", "need"], *rows])
