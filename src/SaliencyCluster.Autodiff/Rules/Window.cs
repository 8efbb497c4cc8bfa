using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>The sliding window of a convolution or pool, every default and <c>auto_pad</c> resolved.</summary>
/// <param name="Kernel">Size in each spatial dimension.</param>
/// <param name="Strides">Steps between windows.</param>
/// <param name="Dilations">Steps within a window.</param>
/// <param name="Before">Padding at the start of each spatial dimension.</param>
/// <param name="After">Padding at its end.</param>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Before, long[] After)
{
    /// <summary>Gets the extent of a dilated window less one.</summary>
    public long Reach(int dimension) => Dilations[dimension] * (Kernel[dimension] - 1);

    public bool IsDense => Strides.All(s => s == 1);

    public static Window Of(GraphNode node, long[] kernel, long[] input, long[] output) => Of(node.Attribute, kernel, input, output);

    public static Window Of(Func<string, AttributeProto?> attribute, long[] kernel, long[] input, long[] output)
    {
        var rank = kernel.Length;
        long[] Ints(string name, long[] otherwise) => attribute(name)?.Ints is { Count: > 0 } given ? [.. given] : otherwise;
        var (strides, dilations, pads) = (Ints("strides", Ones(rank)), Ints("dilations", Ones(rank)), Ints("pads", new long[2 * rank]));
        var window = new Window(kernel, strides, dilations, pads[..rank], pads[rank..]);
        var auto = attribute("auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        if (auto is "NOTSET" or "") return window;
        for (var i = 0; i < rank; i++)
        {
            var total = auto == "VALID" ? 0 : Math.Max(0, ((output[i] - 1) * strides[i]) + window.Reach(i) + 1 - input[i]);
            window.Before[i] = auto == "SAME_LOWER" ? total - (total / 2) : total / 2;
            window.After[i] = total - window.Before[i];
        }
        return window;
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];
}
