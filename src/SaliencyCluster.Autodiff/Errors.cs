using System.Globalization;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>The errors of this project, SAL11xx, in one place.</summary>
internal static class Errors
{
    public static SaliencyException MissingRules(string source, GradientPath path, int opset)
    {
        var lines = path.Missing.Select(m => "  - " + m.Describe(path, opset));
        var count = path.Missing.Count == 1 ? "1 operator" : $"{path.Missing.Count} operators";
        return new("SAL1101",
            $"Model '{source}' has {count} without a gradient rule on the way from '{path.FromName}' to '{path.ToName}':\n"
            + string.Join('\n', lines) + "\n",
            "Choose a method that needs no gradient (occlusion, rise), a layer after these nodes, or add a row to VjpRuleTable.");
    }

    public static SaliencyException NoPath(string source, string from, string to) => new(
        "SAL1102",
        $"In model '{source}' no gradient reaches '{from}' from '{to}': every way between them passes an operator whose gradient "
        + "is zero (rounding, comparison, ArgMax, a cast to integers), or there is none.",
        "Explain another output (scores before ArgMax), or choose a layer on the way; 'saliency models show' lists them.");

    public static SaliencyException UnknownLayer(string source, string layer, IEnumerable<string> known) => new(
        "SAL1103",
        $"Model '{source}' has no float tensor '{layer}' on the way from the image to the explained output.",
        $"Name one of its layers, such as {string.Join(", ", known.Select(k => $"'{k}'"))}, or 'last-conv'.");

    public static SaliencyException LayerShape(string source, string layer, string map, IEnumerable<long> shape) => new(
        "SAL1108",
        $"{map} needs a layer of shape [batch, channels, height, width], but '{layer}' of model '{source}' is [{string.Join(',', shape)}].",
        "Choose a convolutional layer; 'saliency models show' says on which layers Grad-CAM makes sense.");

    public static SaliencyException NoAttention(string source, string why) => new(
        "SAL1111", $"No map can be made of the attention of model '{source}': {why}.",
        "Use a method for any network, such as integrated-gradients, or a CAM method on a layer; 'saliency models show' lists attention.");

    public static SaliencyException BadSpec(string what) => new("SAL1105", what, "Correct the explanation's settings.");

    public static SaliencyException UnknownOutput(string source, string output, IEnumerable<string> known) => new(
        "SAL1106", $"Model '{source}' has no output '{output}'.", $"Its outputs are {string.Join(", ", known.Select(k => $"'{k}'"))}.");

    public static SaliencyException BadOutput(string source, string output, TensorType type, int batch, IReadOnlyList<string> all) => new(
        "SAL1106",
        $"Output '{output}' of model '{source}' is {type}; it must hold floats{(batch > 1 ? $", one row for each of the {batch} images" : "")}.",
        all.Count > 1
            ? $"Name another one with --output: {string.Join(", ", all.Where(o => o != output).Take(10).Select(o => $"'{o}'"))}."
            : "Export the model so that its scores are an output, with the batch as first dimension.");

    public static SaliencyException NoForm(string op, string node, string why) => new(
        "SAL1110", $"Operator '{op}' at node '{node}' cannot be taken apart: {why}.",
        op.StartsWith("com.microsoft:", StringComparison.Ordinal)
            ? "Use the model as it was before ONNX Runtime optimised it, or optimise it at level 'basic'."
            : "Export the model without it, or open an issue that names the operator and this reason.");

    public static SaliencyException MatrixTooLarge(string source, string node, long rows, long columns) => new(
        "SAL1109",
        $"Node '{node}' of model '{source}' resizes, pools or pads {columns} elements to {rows} along one axis; that would be a matrix of more than {GraphBuilder.MaxMatrixElements} weights in the explanation graph.",
        "Use a smaller image or model, or a method without gradients (occlusion, rise).");

    public static SaliencyException TooMuchMemory(string source, long bytes, long limit, string setting) => new(
        "SAL1020",
        $"Evaluating model '{source}' at one image takes {Megabytes(bytes)} MB, by the shapes of its tensors; {setting} allows {Megabytes(limit)} MB.",
        $"Use a smaller model or image, or raise {setting} on a host that has the memory.");

    public static SaliencyException TooManyOperations(string source, long operations, long limit, string setting) => new(
        "SAL1021",
        string.Create(CultureInfo.InvariantCulture, $"Evaluating model '{source}' at one image takes about {operations:E1} operations, by the shapes of its tensors; {setting} allows {limit:E1}."),
        $"Use a smaller model or image, or raise {setting}.");

    private static string Megabytes(long bytes) => bytes == long.MaxValue ? "more than 2^43" : $"{(bytes >> 20) + 1}";

    public static SaliencyException TooManyNodes(string source, string node) => new(
        "SAL1109",
        $"The explanation graph of model '{source}' would have more than {GraphBuilder.MaxNodes} nodes; node '{node}' is written out step by step or by its parts.",
        "Use a shorter sequence or a smaller model.");

    public static SaliencyException TooLarge(string source, long bytes) => new(
        "SAL1109",
        $"The explanation graph of model '{source}' would take {bytes} bytes; an ONNX file of one piece holds less than 2 GiB.",
        "Use a smaller model; weights appear twice in the graph where convolutions are differentiated.");
}
