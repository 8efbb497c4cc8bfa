"""All models that are written node by node."""
import batches  # noqa: F401
import detectors  # noqa: F401
import keras_like  # noqa: F401
import quantised  # noqa: F401
import shapes_and_types  # noqa: F401
import siblings  # noqa: F401
import transformers  # noqa: F401
from graph import KINDS  # noqa: F401
