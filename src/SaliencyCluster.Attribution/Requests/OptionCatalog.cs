using SaliencyCluster.Attribution.Detections;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Every option of a request, one row each: the command line, the checks and the documentation read this table.</summary>
public static class OptionCatalog
{
    private static readonly string[] Rules = ["gausslegendre", "riemann_left", "riemann_right", "riemann_middle", "riemann_trapezoid", "pair", "adaptive"];
    private static readonly string[] Samplings = ["independent", "antithetic", "latin-hypercube"];
    private static readonly string[] Smooths = ["smoothgrad", "smoothgrad-squared", "vargrad"];

    /// <summary>Gets the options in the order they are shown.</summary>
    public static IReadOnlyList<RequestOption> All { get; } =
    [
        new TextOption("target", "What is explained.", "a class index, a label, `predicted`, or one index or `:` per dimension of the output",
            r => r.Target, (r, v) => r with { Target = v }),
        new TextOption("output", "Which output of the model is explained; unset means the one that looks most like class scores.", "the name of an output",
            r => r.Output, (r, v) => r with { Output = v }),
        new TextOption("box", "Explains a detector's class score of the detection that shares most with a box.",
            "`x0,y0,x1,y1`, or with a class index or label `x0,y0,x1,y1:CLASS`, in pixels of the picture as given",
            r => r.Box, (r, v) => r with { Box = v }),
        Int("detection", "Explains a detector's class score of a detection by its number, best first.", 1, 100_000,
            r => r.Detection, (r, v) => r with { Detection = v }),
        new TextOption("head", "How a detector's outputs are read; unset means as their shapes tell.",
            $"{string.Join(", ", HeadFamilies.All.Select(f => $"`{f.Name}`"))}, each perhaps with `:` and words such as `xyxy`, "
                + $"`pixels` or `sigmoid`",
            r => r.Head, (r, v) => r with { Head = v }),
        Number("score-threshold", "The least score of a detection (default 0.25).", 0, 1, r => r.ScoreThreshold, (r, v) =>
            r with { ScoreThreshold = v }),
        Number("iou", "The intersection over union above which a detection repeats a better one, and which `box` shares at least with "
            + "a detection (default 0.45).", 0, 1,
            r => r.Iou, (r, v) => r with { Iou = v }),
        Word("score", "Whether logits or, for models that end in Softmax, probabilities are explained.", ["logit", "probability"],
            r => r.Score, (r, v) => r with { Score = v }),
        Int("steps", "Points on the path, or steps of an ascent.", 1, 1000, r => r.Steps, (r, v) => r with { Steps = v }),
        Word("rule", "Quadrature rule along the path.", Rules, r => r.Rule, (r, v) => r with { Rule = v }),
        new TextOption("baseline", "Where the path starts (several are averaged), or what replaces pixels.",
            "`zeros`, `ones`, `black`, `white` (the least and the greatest value of the prepared image), `mean`, `blur`, `blur:SIGMA`, `uniform` or a file, or several separated by commas",
            r => r.Baseline, (r, v) => r with { Baseline = v }),
        Int("samples", "Samples of noise, of masks, of orders or coalitions of segments.", 1, 100_000, r => r.Samples,
            (r, v) => r with { Samples = v }),
        Number("stdev", "Standard deviation of the noise, in the unit of `stdev-kind`.", 0, 1000, r => r.Stdev, (r, v) => r with { Stdev = v }),
        Word("stdev-kind", "Unit of `stdev`: times (max - min) of the prepared image, or its own units.", ["relative", "absolute"],
            r => r.StdevKind, (r, v) => r with { StdevKind = v }),
        Word("sampling", "How noise samples relate.", Samplings, r => r.Sampling, (r, v) => r with { Sampling = v }),
        new ValueOption<ulong>("seed", "Seed of everything random.", "a whole number from 0 to 2^64 - 1",
            r => r.Seed, (r, v) => r with { Seed = v }, _ => true),
        new TextOption("layer", "The layer that is looked at.", "an ONNX tensor of the model, or `last-conv`: the last feature map before pooling, or "
            + "`last-tokens`: what the last attention reads, which is meant where nothing is given for transformers; CAM methods take the mean of several with commas between",
            r => r.Layer, (r, v) => r with { Layer = v }),
        new PixelsOption("window", "Occlusion window.", "height,width in pixels, each at least 1",
            r => r.Window, (r, v) => r with { Window = v }),
        new PixelsOption("stride", "Step from one occlusion window to the next.", "height,width in pixels, each at least 1",
            r => r.Stride, (r, v) => r with { Stride = v }),
        new TextOption("segments", "How the image is cut into segments; unset means 7 x 7, for `shapley` 4 x 4, fewer for tiny images.",
            $"`grid:N`: N x N rectangles, N from 1 to {SegmentSpec.MaxSide}; `slic:N`: at most N compact pieces of like colours, "
                + $"N from 2 to {SegmentSpec.MaxSegments}; `felzenszwalb:SCALE`: pieces of like colours, larger for a larger scale, "
                + "SCALE from 1 to 1000000; with `--local` a `.npy` or `.png` file with the number of each pixel's segment",
            r => r.Segments, (r, v) => r with { Segments = v }),
        new TextOption("ascent", "How an image is drawn by gradient ascent (docs/visualize.md).", AscentSpec.Words,
            r => r.Ascent, (r, v) => r with { Ascent = v }),
        Number("tolerance", "Relative error of the map at which to stop: the standard error where samples are drawn.", 1e-6, 1,
            r => r.Tolerance, (r, v) => r with { Tolerance = v }),
        Word("smooth", "Wraps noise around the method: its map at noisy copies of the image, then mean, mean square or variance.", Smooths, r => r.Smooth, (r, v) => r with { Smooth = v }),
        Int("smooth-samples", "Noise samples of `smooth` around a method that has `samples` of its own.", 1, 100_000,
            r => r.SmoothSamples, (r, v) => r with { SmoothSamples = v }),
        Flag("relu", "Keep only evidence for the target.", r => r.Relu, (r, v) => r with { Relu = v }),
        Int("finer", "How many classes the target is held against: those whose logits are nearest to its own.", 1, 1000, r => r.Finer,
            (r, v) => r with { Finer = v }),
        Word("upsampling", "How a coarse map is enlarged to the image's size.", ["nearest", "bilinear"],
            r => r.Upsampling, (r, v) => r with { Upsampling = v }),
        Flag("standard-error-map", "Return the standard error of every element too.",
            r => r.StandardErrorMap, (r, v) => r with { StandardErrorMap = v }),
        Int("micro-batch", "Points per session run.", 1, 512, r => r.MicroBatch, (r, v) => r with { MicroBatch = v }),
        Int("shard-points", "Points per shard.", 1, 100_000, r => r.ShardPoints, (r, v) => r with { ShardPoints = v }),
    ];

    /// <summary>Gets the options that every method takes.</summary>
    public static IReadOnlyList<string> Universal { get; } = ["target", "output", "box", "detection", "head", "score-threshold", "iou",
        "score", "smooth", "micro-batch", "shard-points"];

    /// <summary>Finds an option by name; null where there is none.</summary>
    public static RequestOption? Find(string name) => All.FirstOrDefault(o => o.Name == name);

    private static ValueOption<int> Int(
        string name, string summary, int min, int max, Func<ExplanationRequest, int?> read, Func<ExplanationRequest, int, ExplanationRequest> write) =>
        new(name, summary, $"a whole number from {min} to {max}", read, write, v => v >= min && v <= max);

    private static ValueOption<double> Number(
        string name, string summary, double min, double max, Func<ExplanationRequest, double?> read, Func<ExplanationRequest, double, ExplanationRequest> write) =>
        new(name, summary, FormattableString.Invariant($"a number from {min} to {max}"), read, write, v => v >= min && v <= max);

    private static ValueOption<bool> Flag(
        string name, string summary, Func<ExplanationRequest, bool?> read, Func<ExplanationRequest, bool, ExplanationRequest> write) =>
        new(name, summary, "true or false", read, write, _ => true);

    private static TextOption Word(
        string name, string summary, IReadOnlyList<string> words, Func<ExplanationRequest, string?> read, Func<ExplanationRequest, string, ExplanationRequest> write) =>
        new(name, summary, string.Join(", ", words.Select(w => $"`{w}`")), read, write, words);
}
