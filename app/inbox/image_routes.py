from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.core.errors import NotFound
from app.tickets import remote_images
from app.web.deps import OutsideDep, SecretBoxDep
from app.web.security import HARMLESS

HEADERS = {**HARMLESS, "Cache-Control": "private, max-age=86400"}

router = APIRouter()


@router.get("/mail-images")
async def show_image(
    outside: OutsideDep,
    box: SecretBoxDep,
    url: Annotated[str, Query(max_length=4000)] = "",
    until: int = 0,
    signature: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """An image of a mail that lies elsewhere, fetched by us: the address was signed for who may see that mail."""
    if not remote_images.is_signed(box, url, until=until, signature=signature):
        raise NotFound
    fetched = await remote_images.fetch(outside, url)
    return Response(fetched.data, media_type=fetched.content_type, headers=HEADERS)
