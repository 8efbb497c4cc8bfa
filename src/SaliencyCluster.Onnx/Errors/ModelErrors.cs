using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Onnx.Errors;

/// <summary>Every error of this library, made in one place: code, what and where, what to do next.</summary>
internal static class ModelErrors
{
    private const int MaxName = 200, MaxMessage = 10_000;
    private const string ExportAgain = "Export the model again and check it with `onnx.checker`.";

    public static SaliencyException NotAModel(string source, string why, Exception? cause = null) =>
        Error("SAL1001", $"'{source}' is not an ONNX model: {why}.",
            "Give a complete .onnx file; if it was copied or downloaded, do that again.", cause);

    /// <param name="source">The file.</param>
    /// <param name="actual">How many there are.</param>
    /// <param name="what">Of what, such as <c>nodes</c>.</param>
    /// <param name="limit">The most there may be.</param>
    /// <param name="option">The option that sets the limit; null where it is fixed.</param>
    public static SaliencyException OverLimit(string source, long actual, string what, long limit, string? option) =>
        Error("SAL1002", $"'{source}' is too large: {actual:N0} {what}, where at most {limit:N0} are allowed.",
            option is null ? "Export the model in a simpler form." : $"Raise {option} if the file can be trusted.");

    public static SaliencyException ExternalData(string source, string tensor) =>
        Error("SAL1003", $"'{source}' keeps the data of {tensor} in another file; a model must be one file here.",
            "`saliency models add` brings its files together; or save it with `onnx.save_model(..., save_as_external_data=False)`.");

    public static SaliencyException OtherFile(string source, string tensor, string location, string why) =>
        Error("SAL1003", $"'{source}' keeps the data of tensor '{Short(tensor)}' in '{Short(location)}', {why}.",
            "Keep the files of a model together in one folder, or save it as one file: `onnx.save_model(..., save_as_external_data=False)`.");

    public static SaliencyException BadValue(string source, string input, string why) =>
        Error("SAL1018", $"The value of input '{Short(input)}' of '{source}' cannot be used: {why}.",
            "--input-value takes one number, as many as the input has elements, or a .npy file of its shape.");

    public static SaliencyException UnknownOperators(string source, IReadOnlyCollection<string> nodes) =>
        Error("SAL1004", $"'{source}' uses operators that are not known here: {string.Join("; ", nodes)}.",
            "Export the network up to them (a detector without its box selection) and with standard operators, or open an issue that names the operator.");

    public static SaliencyException Opset(string source, string why) =>
        Error("SAL1005", $"'{source}' {why}.", "Export with an opset from 1 to 25, or convert it with `onnx.version_converter`.");

    public static SaliencyException Cycle(string source, string node) =>
        Error("SAL1006", $"'{source}' has a cycle through {node}: it needs its own result.", ExportAgain);

    public static SaliencyException Duplicate(string source, string tensor, string first, string second) =>
        Error("SAL1007", $"'{source}' makes tensor '{Short(tensor)}' twice: by {first} and by {second}.", ExportAgain);

    public static SaliencyException Missing(string source, string tensor, string user) =>
        Error("SAL1008", $"'{source}' has no tensor '{Short(tensor)}', which {user} needs.", ExportAgain);

    public static SaliencyException BadTensor(string source, string tensor, string why) =>
        Error("SAL1009", $"'{source}' is damaged in {tensor}: {why}.", ExportAgain);

    public static SaliencyException NoImage(string source, string inputs) =>
        Error("SAL1010", $"'{source}' has no float input that could take an image; its inputs are: {inputs}.",
            "Export the network without its integer preprocessing, so that it takes float pixels.");

    public static SaliencyException OtherInputs(string source, string inputs) =>
        Error("SAL1011", $"'{source}' needs several inputs: {inputs}; only one image per run can be given.",
            "Give the others a value, --input-value NAME=VALUE or NAME=FILE.npy, or export the model with them as constants.");

    public static SaliencyException ControlFlow(string source, string node, string why) =>
        Error("SAL1012", $"'{source}' has control flow that cannot be resolved before the run, at {node}: {why}.",
            "Export by tracing instead of scripting, so that branches and loops are unrolled.");

    public static SaliencyException InputShape(string source, string input, string declared, string given) =>
        Error("SAL1013", $"'{source}' declares input '{Short(input)}' as {declared}; {given} does not fit.",
            "Give images of the declared shape.");

    public static SaliencyException Shape(string source, string node, string why) =>
        Error("SAL1014", $"'{source}' does not fit together at {node}: {why}.",
            "Check the size of the image: many networks need sides that are a multiple of 32. If it is right, the model is damaged: export it again.");

    public static SaliencyException NotConstant(string source, string node, string what) =>
        Error("SAL1015", $"'{source}' has a shape that depends on the image's content, at {node}: {what} must be known before the run.",
            "Export the network without its data-dependent part (such as box selection), or explain an earlier output.");

    public static SaliencyException Malformed(string source, string node, string why) =>
        Error("SAL1016", $"'{source}' has a malformed node, {node}: {why}.", ExportAgain);

    public static SaliencyException FixedBatch(string source, long batch, string why) =>
        Error("SAL1017", $"'{source}' is made for one image at a time, and that it could take {batch} is not certain: {why}.",
            "Use a batch of 1, or export the model with a free batch dimension (`dynamic_axes`).");

    public static SaliencyException MixedBatch(string source, long batch, string why) =>
        Error("SAL1019", $"'{source}' is made for {batch} images at once, and that it takes each by itself is not certain: {why}.",
            "Export the model with a batch of 1 or a free batch dimension (`dynamic_axes`).");

    /// <summary>Names a node for a message: its own name where it has one, else operator and first result.</summary>
    public static string Describe(NodeProto node) =>
        node.Name.Length > 0 ? $"{Short(node.OpType)} node '{Short(node.Name)}'"
        : $"the {Short(node.OpType)} node that makes '{Short(node.Output.FirstOrDefault(o => o.Length > 0) ?? "")}'";

    /// <summary>A name from a file, cut to a length that leaves room for the message.</summary>
    public static string Short(string name) => name.Length <= MaxName ? name : $"{name.AsSpan(0, MaxName)}...";

    // Names come from files that nobody vouches for: no control characters reach a log or a terminal.
    private static SaliencyException Error(string code, string what, string next, Exception? cause = null) =>
        new(code, string.Concat(what.Take(MaxMessage).Select(ch => char.IsControl(ch) ? '?' : ch)), next, cause);
}
