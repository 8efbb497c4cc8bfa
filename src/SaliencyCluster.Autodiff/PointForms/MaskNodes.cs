using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.PointForms;

/// <summary>Masks of points as nodes.</summary>
internal static class MaskNodes
{
    private const long RandomStream = 6, ShiftBlock = 0xFFFFFFFF;
    private const double TwoTo32 = 4294967296;

    /// <summary>Covers a window of every image with the baseline.</summary>
    public static Value Window(GraphBuilder graph, Value image, Value baseline, Value window)
    {
        var (batch, height, width) = (window.Shape[0], image.Shape[^2], image.Shape[^1]);
        var (rows, columns) = (Counts(graph, [1, 1, height, 1]), Counts(graph, [1, 1, 1, width]));
        var inside = graph.Test("And",
            graph.Test("And", graph.Test("Less", Edge(0), rows), graph.Test("Less", rows, Edge(1))),
            graph.Test("And", graph.Test("Less", Edge(2), columns), graph.Test("Less", columns, Edge(3))));
        return graph.Where(inside, baseline, image);

        Value Edge(int number) => graph.Reshape(graph.Slice(window, 1, number, 1), batch, 1, 1, 1);
    }

    /// <summary>Keeps of every image what a random mask keeps (RISE): a coarse grid, enlarged bilinearly and shifted.</summary>
    public static Value Random(GraphBuilder graph, Value image, Value baseline, DevicePoints points, Value key, Value number)
    {
        var (batch, height, width) = (number.Shape[0], image.Shape[^2], image.Shape[^1]);
        var side = points.Cells + 1L;
        long[] blocks = [.. Enumerable.Range(0, (int)(side * side)).Select(i => (long)i), ShiftBlock];
        var words = PhiloxNodes.Draw(
            graph,
            [graph.Constant(ConstantTensor.Of([1, blocks.Length], blocks)), graph.Reshape(number, batch, 1), graph.Slice(key, 0, 2, 1),
            graph.Ints(RandomStream)],
            graph.Slice(key, 0, 0, 1), graph.Slice(key, 0, 1, 1));
        var drawn = (graph.Cast(graph.Slice(words[0], 1, 0, side * side), ElementType.Double) + 0.5) / TwoTo32;
        var grid = graph.Reshape(
            graph.Cast(graph.Test("Less", drawn, drawn.Like(points.Keep)), ElementType.Double), batch, side, side);
        var (row, nextRow, down) = Places(words[0], height);
        var (column, nextColumn, across) = Places(words[1], width);
        down = graph.Reshape(down, batch, height, 1);
        across = graph.Reshape(across, batch, 1, width);
        var mask = graph.Cast((Row(row) * (1 - down)) + (Row(nextRow) * down), ElementType.Float);
        return baseline + (graph.Reshape(mask, batch, 1, height, width) * (image - baseline));

        Value Row(Value index)
        {
            var cells = Take(grid, 1, graph.Expand(graph.Reshape(index, batch, height, 1), batch, height, side));
            return (Column(cells, column) * (1 - across)) + (Column(cells, nextColumn) * across);
        }

        Value Column(Value cells, Value index) =>
            Take(cells, 2, graph.Expand(graph.Reshape(index, batch, 1, width), batch, height, width));

        Value Take(Value from, int axis, Value index) =>
            graph.Node("GatherElements", new(ElementType.Double, index.Shape), [from, index], ("axis", axis));

        // The cell, the one after it and the part of the way between them: [B, size].
        (Value Cell, Value Next, Value Part) Places(Value word, long size)
        {
            var shift = graph.Cast(graph.Slice(word, 1, side * side, 1), ElementType.Double) / TwoTo32;
            var cell = (double)size / points.Cells;
            var position = graph.Floats(ElementType.Double, [1, size], [.. Enumerable.Range(0, (int)size).Select(i => i / cell)]) + shift;
            var last = graph.Constant(ConstantTensor.Of([], side - 1));
            var index = graph.Node("Min", new(ElementType.Int64, position.Shape), [graph.Cast(position, ElementType.Int64), last]);
            var part = graph.Node("Min", position.Type, [position - graph.Cast(index, ElementType.Double), position.Like(1)]);
            var next = graph.Node("Min", index.Type, [index + graph.Constant(ConstantTensor.Of([], 1L)), last]);
            return (index, next, part);
        }
    }

    private static Value Counts(GraphBuilder graph, long[] shape) =>
        graph.Constant(ConstantTensor.Of(shape, [.. Enumerable.Range(0, (int)shape.Count()).Select(i => (long)i)]));
}
