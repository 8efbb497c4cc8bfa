using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>A window that slides over the spatial dimensions: what convolutions and pools share.</summary>
/// <param name="Kernel">Window size by spatial dimension.</param>
/// <param name="Strides">Steps.</param>
/// <param name="Dilations">Distance between taps.</param>
/// <param name="Before">Padding before, as written; unused where <paramref name="AutoPad"/> decides.</param>
/// <param name="After">Padding after.</param>
/// <param name="AutoPad"><c>NOTSET</c>, <c>SAME_UPPER</c>, <c>SAME_LOWER</c> or <c>VALID</c>.</param>
internal sealed record Windows(long[] Kernel, long[] Strides, long[] Dilations, long[] Before, long[] After, string AutoPad)
{
    /// <summary>Reads the attributes of a convolution or pool over <paramref name="kernel"/>.</summary>
    public static Windows Of(OpContext c, long[] kernel)
    {
        var rank = kernel.Length;
        var pads = Checked(c, "pads", 2 * rank, orElse: 0, least: 0);
        var autoPad = c.Text("auto_pad", "NOTSET");
        if (autoPad is not ("" or "NOTSET" or "SAME_UPPER" or "SAME_LOWER" or "VALID"))
            throw c.Malformed($"auto_pad '{autoPad}' is not known");
        if (kernel.Any(k => k is < 1 or > int.MaxValue)) throw c.Malformed($"kernel_shape {OpContext.Text(kernel)} must be positive");
        return new(kernel, Checked(c, "strides", rank, 1, 1), Checked(c, "dilations", rank, 1, 1), pads[..rank], pads[rank..], autoPad);
    }

    /// <summary>The number of positions along each spatial dimension.</summary>
    public long[] Positions(OpContext c, ReadOnlySpan<long> spatial, bool ceil = false)
    {
        if (spatial.Length != Kernel.Length)
            throw c.Bad($"a window of rank {Kernel.Length} does not fit {spatial.Length} spatial dimensions");
        var result = new long[spatial.Length];
        for (var i = 0; i < result.Length; i++) result[i] = Positions(c, i, spatial[i], ceil);
        return result;
    }

    private long Positions(OpContext c, int i, long size, bool ceil)
    {
        if (AutoPad.StartsWith("SAME", StringComparison.Ordinal)) return (size + Strides[i] - 1) / Strides[i];
        var (before, after) = AutoPad == "VALID" ? (0, 0) : (Before[i], After[i]);
        var room = size + before + after - Dilations[i] * (Kernel[i] - 1) - 1;
        if (room < 0)
            throw c.Bad($"a window of {Kernel[i]} (dilation {Dilations[i]}) is larger than the padded input of {size + before + after}");
        if (!ceil) return room / Strides[i] + 1;
        var positions = (room + Strides[i] - 1) / Strides[i] + 1;
        // The last window must begin inside the input or the padding before it.
        return (positions - 1) * Strides[i] >= size + before ? positions - 1 : positions;
    }

    /// <summary>
    /// The sizes that a transposed convolution makes: those from which <see cref="Positions(OpContext, ReadOnlySpan{long}, bool)"/> leads
    /// back.
    /// </summary>
    public long[] Inverse(OpContext c, ReadOnlySpan<long> spatial)
    {
        if (c.IntsOrNull("output_shape") is { Length: > 0 } wanted)
            return wanted.Length >= spatial.Length && wanted.All(d => d > 0) ? wanted[^spatial.Length..]
                : throw c.Malformed("output_shape does not fit the rank");
        var extra = Checked(c, "output_padding", Kernel.Length, 0, 0);
        var result = new long[spatial.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var full = Limits.Multiply(Strides[i], spatial[i] - 1) + extra[i] + Dilations[i] * (Kernel[i] - 1) + 1;
            result[i] = AutoPad.StartsWith("SAME", StringComparison.Ordinal) ? Limits.Multiply(spatial[i], Strides[i])
                : AutoPad == "VALID" ? full : full - Before[i] - After[i];
            if (spatial[i] < 1 || result[i] < 1) throw c.Bad($"the padding leaves nothing of dimension {i + 2}");
        }
        return result;
    }

    private static long[] Checked(OpContext c, string name, int count, long orElse, long least)
    {
        // An empty list counts as absent: some exporters write it for one-dimensional defaults.
        if (c.IntsOrNull(name) is not { Length: > 0 } values) return Enumerable.Repeat(orElse, count).ToArray();
        if (values.Length != count) throw c.Malformed($"attribute '{name}' has {values.Length} numbers, not {count}");
        return values.All(v => v >= least && v <= int.MaxValue) ? values
            : throw c.Malformed($"attribute '{name}' {OpContext.Text(values)} is out of range");
    }
}
