using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>
/// Operators that read an image between its pixels, at places that may depend on the image: written as gathers of the neighbours,
/// weighted by distances. So pixels get their gradient through the gathers, and places theirs through the weights.
/// </summary>
internal static class SamplingOperators
{
    public static readonly OpsetForm[] All =
    [
        OpsetForm.As("GridSample", 16, "Floor, Cast, GatherElements, Mul, Add", GridSample),
        OpsetForm.As("RoiAlign", 10, "Floor, Cast, Gather, Mul, ReduceMean", RoiAlign),
        OpsetForm.As("DeformConv", 19, "Floor, Cast, GatherElements, Mul, MatMul", DeformConv),
    ];

    // Image [n, c, sizes...], grid [n, places..., dimensions] from -1 to 1, the last dimension of the image first.
    private static Value GridSample(ModelNode n)
    {
        var (g, image, grid) = (n.Graph, n.X, n.In(1)!);
        var sizes = image.Shape[2..];
        var (batch, places) = (image.Shape[0], grid.Shape[1..^1].Count());
        var flat = g.Reshape(grid, batch, places, sizes.Length);
        var mode = n.Text("mode", "linear") switch
        {
            "linear" or "bilinear" => SamplingMode.Linear,
            "nearest" => SamplingMode.Nearest,
            "cubic" or "bicubic" => SamplingMode.Cubic,
            var other => throw Errors.NoForm(n.Operator, n.Proto.Name, $"mode '{other}' is not known here"),
        };
        var outside = n.Text("padding_mode", "zeros") switch
        {
            "zeros" => SamplingOutside.Zero,
            "border" => SamplingOutside.Border,
            "reflection" => SamplingOutside.Reflection,
            var other => throw Errors.NoForm(n.Operator, n.Proto.Name, $"padding_mode '{other}' is not known here"),
        };
        var aligned = n.Int("align_corners", 0) != 0;
        var axes = sizes.Select((size, i) =>
        {
            var x = g.Reshape(g.Slice(flat, 2, sizes.Length - 1 - i, 1), batch, places);
            var place = aligned ? (x + 1) * ((size - 1) / 2.0) : (((x + 1) * size) - 1) * 0.5;
            return SamplingAxis.Taps(place, size, mode, outside, aligned);
        }).ToArray();

        var pixels = g.Reshape(image, batch, image.Shape[1], sizes.Count());
        long[] gathered = [batch, image.Shape[1], places];
        var sum = SamplingAxis.Sum(axes, sizes, (index, weight) =>
        {
            var at = g.Expand(g.Reshape(index, batch, 1, places), gathered);
            return g.Node("GatherElements", image.Type with { Shape = gathered }, [pixels, at], ("axis", 2)) * g.Reshape(weight, batch, 1, places);
        });
        return g.Reshape(sum, [batch, image.Shape[1], .. grid.Shape[1..^1]]);
    }

    // Image [n, c, h, w], boxes [r, 4] as x0 y0 x1 y1, and the image of each box [r].
    private static Value RoiAlign(ModelNode n)
    {
        var (g, image, boxes) = (n.Graph, n.X, n.In(1)!);
        if (n.Text("mode", "avg") != "avg") throw Errors.NoForm(n.Operator, n.Proto.Name, "only mode 'avg' has a form");
        var samples = n.Int("sampling_ratio", 0);
        if (samples <= 0)
            throw Errors.NoForm(n.Operator, n.Proto.Name, "its number of samples depends on the boxes; export it with a sampling_ratio above 0");
        var (channels, height, width, count) = (image.Shape[1], image.Shape[2], image.Shape[3], boxes.Shape[0]);
        var halfPixel = n.Opset >= 16 && n.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
        var scaled = (boxes * n.Float("spatial_scale", 1)) - (halfPixel ? 0.5 : 0);
        var (rows, columns) = (n.Int("output_height", 1), n.Int("output_width", 1));
        var y = Along(1, rows, height);
        var x = Along(0, columns, width);

        var first = g.Reshape(g.Cast(n.In(2)!, ElementType.Int64) * g.Ints(height * width), count, 1, 1);
        var pixels = g.Reshape(g.Transpose(image, 1, 0, 2, 3), channels, image.Shape[0] * height * width);
        long[] gathered = [channels, count, rows * samples, columns * samples];
        var sum = SamplingAxis.Sum([y, x], [height, width], (index, weight) =>
            g.Node("Gather", image.Type with { Shape = gathered }, [pixels, index + first], ("axis", 1)) * weight);
        var mean = g.Mean(g.Reshape(sum, channels, count, rows, samples, columns, samples), [3, 5]);
        return g.Transpose(g.Reshape(mean, channels, count, rows, columns), 1, 0, 2, 3);

        SamplingTap[] Along(int axis, long cells, long size)
        {
            var (start, end) = (g.Slice(scaled, 1, axis, 1), g.Slice(scaled, 1, axis + 2, 1));
            var length = end - start;
            if (!halfPixel) length = g.Binary("Max", length, length.Like(1)); // boxes were never smaller than a pixel
            var offsets = new double[cells * samples];
            for (var i = 0; i < offsets.Length; i++) offsets[i] = (i + 0.5) / offsets.Length;
            var place = start + (length * g.Floats(image.Type.Element, [1, offsets.Length], offsets));
            var taps = SamplingAxis.Within(place, size);
            long[] shape = axis == 1 ? [count, offsets.Length, 1] : [count, 1, offsets.Length];
            return [.. taps.Select(t => new SamplingTap(g.Reshape(t.Index, shape), g.Reshape(t.Weight, shape)))];
        }
    }

    // Image [n, c, h, w], weights [o, c / group, kh, kw], offsets [n, offset groups * kh * kw * 2, oh, ow], bias [o], mask as the offsets without the 2.
    private static Value DeformConv(ModelNode n)
    {
        var (g, image, weights, offsets) = (n.Graph, n.X, n.In(1)!, n.In(2)!);
        if (image.Rank != 4) throw Errors.NoForm(n.Operator, n.Proto.Name, "only images of two dimensions have a form");
        var (batch, channels, height, width) = (image.Shape[0], image.Shape[1], image.Shape[2], image.Shape[3]);
        var (kernel, groups, offsetGroups) = (weights.Shape[2..], n.Int("group", 1), n.Int("offset_group", 1));
        var (taps, places) = (kernel.Count(), n.Y.Shape[2..].Count());
        var (strides, dilations, pads) = (n.Ints("strides") ?? [1, 1], n.Ints("dilations") ?? [1, 1], n.Ints("pads") ?? [0, 0, 0, 0]);
        var split = g.Reshape(offsets, batch, offsetGroups, taps, 2, places);
        long[] flat = [batch, offsetGroups, 1, taps * places];
        var axes = new[] { Along(0, height), Along(1, width) };

        var pixels = g.Reshape(image, batch, offsetGroups, channels / offsetGroups, height * width);
        long[] gathered = [batch, offsetGroups, channels / offsetGroups, taps * places];
        var columns = SamplingAxis.Sum(axes, [height, width], (index, weight) =>
            g.Node("GatherElements", image.Type with { Shape = gathered }, [pixels, g.Expand(index, gathered)], ("axis", 3)) * weight);
        if (n.In(4) is { } mask) columns *= g.Reshape(mask, flat);
        columns = g.Reshape(columns, batch, groups, channels / groups * taps, places);
        var y = g.Reshape(g.MatMul(g.Reshape(weights, groups, weights.Shape[0] / groups, channels / groups * taps), columns), n.Y.Shape);
        return n.In(3) is { } bias ? y + g.Reshape(bias, weights.Shape[0], 1, 1) : y;

        SamplingTap[] Along(int axis, long size)
        {
            var regular = new double[taps * places];
            for (var tap = 0L; tap < taps; tap++)
                for (var place = 0L; place < places; place++)
                {
                    var (k, p) = axis == 0 ? (tap / kernel[1], place / n.Y.Shape[3]) : (tap % kernel[1], place % n.Y.Shape[3]);
                    regular[(tap * places) + place] = (p * strides[axis]) - pads[axis] + (k * dilations[axis]);
                }
            var moved = g.Reshape(g.Slice(split, 3, axis, 1), flat);
            return SamplingAxis.Taps(moved + g.Floats(image.Type.Element, [taps * places], regular), size, SamplingMode.Linear, SamplingOutside.Zero, aligned: false);
        }
    }
}
