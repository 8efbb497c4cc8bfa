#!/usr/bin/env bash
# Are the outputs of two builds the same, byte for byte?   tests/revisions/compare.sh OLD_BIN NEW_BIN
# A bin is the folder of saliency.dll. Explains the sample digits by every method, runs a randomisation test and the demo with each build,
# and compares every file. What tells of time and machine (durations, rates, dates) is taken out first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
old=$(realpath "$1/saliency.dll") new=$(realpath "$2/saliency.dll") out=$(mktemp -d)
images=(samples/images/mnist/digit-0.png samples/images/mnist/digit-7.png)
methods=$(dotnet "$old" methods --json | python3 -c 'import json, sys; print(*[m["name"] for m in json.load(sys.stdin)])')
for side in old new; do
  mkdir -p "$out/$side"
  for method in $methods; do
    for image in "${images[@]}"; do
      status=0
      dotnet "${!side}" explain --local --model samples/models/mnist-cnn.onnx --input "$image" --method "$method" \
        --out "$out/$side/$method/$(basename "$image" .png)" > /dev/null 2> "$out/error" || { status=$?; mkdir -p "$out/$side/$method"; cp "$out/error" "$out/$side/$method/error.txt"; }
      echo "$status" >> "$out/$side/$method.status"
    done
  done
  dotnet "${!side}" check randomization --local --model samples/models/mnist-cnn.onnx --input samples/data/mnist-200.npy --images 2 --seeds 1 \
    --methods gradient,integrated-gradients,grad-cam --out "$out/$side/check" > /dev/null 2>&1
  dotnet "${!side}" demo --out "$out/$side/demo" > /dev/null 2>&1
done
find "$out" -type f \( -name '*.json' -o -name '*.html' -o -name '*.txt' \) -print0 |
  xargs -0 sed -i -E "s#$out/(old|new)#OUT#g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|\+00:00)?/TIME/g; s/\"(seconds|elapsed|pointsPerSecond|duration)[A-Za-z]*\": *[0-9.eE+-]+/\"\1\": 0/g"
echo "$(find "$out/old" -type f | wc -l) files of each in $out"
diff -rq "$out/old" "$out/new" && echo "no difference"
