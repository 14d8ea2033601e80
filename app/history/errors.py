from app.core.errors import Conflict
from app.core.i18n import mark


class TooManyExports(Conflict):
    code = "too_many_exports"
    message = mark("Some of your files are still being made. Wait for them, or cancel one.")


class ExportOver(Conflict):
    code = "export_over"
    message = mark("It is finished already.")
