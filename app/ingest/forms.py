from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Charset(StrEnum):
    """What a person may find a mail to be in; '' is what it says of itself."""

    OWN = ""
    UTF_8 = "utf-8"
    ISO_2022_JP = "iso-2022-jp"
    SHIFT_JIS = "shift_jis"
    EUC_JP = "euc-jp"
    GB18030 = "gb18030"
    BIG5 = "big5"
    EUC_KR = "euc-kr"
    WINDOWS_1252 = "windows-1252"


class CharsetForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    charset: Charset
