"""Options by keyword, as the message of the protocol."""

from __future__ import annotations

import difflib
from typing import Any, List, Mapping, Sequence, Tuple, Union

from ._protocol import requests_pb2

# One method, or several that explain the same images.
Methods = Union[str, Sequence[Union[str, Tuple[str, Mapping[str, Any]]]]]

_FIELDS = requests_pb2.ExplanationOptions.DESCRIPTOR.fields_by_name


def read(method: str, options: Mapping[str, Any]) -> Any:
    """Makes the options of one method. Which options a method reads is said by ``Client.methods()``; the gateway refuses others."""
    message = requests_pb2.ExplanationOptions(method=method)
    for name, value in options.items():
        if value is None:
            continue
        if name not in _FIELDS or name == "method":
            near = difflib.get_close_matches(name, _FIELDS, 1)
            raise TypeError(f"There is no option '{name}'." + (f" Did you mean '{near[0]}'?" if near else f" Options: {', '.join(sorted(_FIELDS))}."))
        field = _FIELDS[name]
        try:
            if field.label == field.LABEL_REPEATED:
                getattr(message, name).extend(int(v) for v in value)
            elif field.cpp_type == field.CPPTYPE_STRING:
                setattr(message, name, ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
            elif field.cpp_type == field.CPPTYPE_DOUBLE:
                setattr(message, name, float(value))
            elif field.cpp_type == field.CPPTYPE_BOOL:
                setattr(message, name, bool(value))
            else:
                if int(value) != value:
                    raise ValueError("it must be a whole number")
                setattr(message, name, int(value))
        except (TypeError, ValueError) as error:
            raise TypeError(f"Option '{name}' cannot be {value!r}: {error}.") from error
    return message


def read_all(method: Methods, options: Mapping[str, Any]) -> List[Any]:
    """Makes the options of one method or of several, each a name or a pair of a name and options of its own."""
    if isinstance(method, str):
        return [read(method, options)]
    made = [read(m, options) if isinstance(m, str) else read(m[0], {**options, **m[1]}) for m in method]
    if not made:
        raise TypeError("Give at least one method.")
    return made
