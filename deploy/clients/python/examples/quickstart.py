# %% [markdown]
# # Why is this cat a polar bear?
# Two models name animals; one has learned that snow means polar bear. Needs a cluster: `./saliency serve`. The cells run as they are in editors that
# know `# %%`, such as VS Code and Jupyter with jupytext, and as a script: `python3 quickstart.py`.

# %%
import json
import os

from saliency_cluster import Client

samples = os.environ.get("SAMPLES", "samples")
client = Client()
for name in ("bears-clean", "bears-confounded"):
    with open(f"{samples}/models/{name}.json") as file:
        card = json.load(file)
    client.add_model(name, f"{samples}/models/{name}.onnx", labels=card["labels"], mean=card["mean"], std=card["std"])

# %% One picture, both models
picture = f"{samples}/images/bears/cat-on-snow.png"
for name in ("bears-clean", "bears-confounded"):
    found = client.explain(name, picture, method="integrated-gradients", steps=32)
    print(f"{name}: {found.label}, score {found.score:.2f}; the map adds up to {found.map.sum():.2f}")

# %% A folder with two methods: a table of what was found
job = client.submit("bears-confounded", f"{samples}/images/bears", method=["integrated-gradients", "grad-cam"])
job.wait(progress=True)
print(job.table())
client.close()
