using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Export;

/// <summary>Builds the points of micro-batches from the image as nodes: the same arithmetic, in the same precision, as <see
/// cref="PointFactory"/>.</summary>
/// <param name="graph">Where nodes are appended.</param>
/// <param name="round">The round.</param>
/// <param name="image">The image, <c>[1,...]</c> of float32.</param>
/// <param name="shape">Shape of one image.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="stdev">The noise's standard deviation, where it is one for all images; null: <paramref name="share"/> of the image's
/// range.</param>
/// <param name="share">See <paramref name="stdev"/>.</param>
internal sealed class PointGraph(
    GraphAssembly graph, Round round, string image, IReadOnlyList<long> shape, Tensor baseline, double? stdev, double share)
{
    private readonly string _wide = round.Recipe.Noise is null && round.Points.All(p => p.Alpha == 1) ? ""
        : graph.Cast(image, ElementType.Double);
    private readonly int _size = (int)shape.Aggregate(1L, (n, d) => n * d);
    private string? _difference, _base, _stdev;

    /// <summary>Gets the baseline as a constant <c>[1,...]</c>.</summary>
    public string Baseline => graph.Floats([1, .. shape], baseline.Data);

    /// <summary>Gets the points of a micro-batch; the rest of a last one repeats its last point.</summary>
    public string Of(int first, int count)
    {
        var points = Enumerable.Range(0, round.MicroBatch).Select(b => round.Points[first + Math.Min(b, count - 1)]).ToArray();
        if (round.Recipe.Noise is { } noise) return Noisy(noise, points, count);
        var built = points.All(p => p.Alpha == 1) ? image : OnPath(points);
        return points.Length == 1 || built != image ? built
            : graph.Node("Expand", [image, graph.Longs([1 + shape.Count], [points.Length, .. shape])]);
    }

    private string OnPath(Point[] points)
    {
        long[] column = [points.Length, .. shape.Select(_ => 1L)];
        _base ??= graph.Cast(Baseline, ElementType.Double);
        _difference ??= graph.Node("Sub", [_wide, _base]);
        var alphas = graph.Doubles(column, Array.ConvertAll(points, p => p.Alpha));
        var path = graph.Cast(graph.Node("Add", [_base, graph.Node("Mul", [alphas, _difference])]), ElementType.Float);
        // At the end of the path stands the image itself, not what rounding makes of it.
        return points.Any(p => p.Alpha == 1)
            ? graph.Node("Where", [graph.Flags(column, Array.ConvertAll(points, p => p.Alpha == 1)), image, path]) : path;
    }

    private string Noisy(NoiseRecipe noise, Point[] points, int count)
    {
        var (radii, directions) = (new double[count * _size], new double[count * _size]);
        for (var b = 0; b < count; b++)
            GaussianNoise.Parts(noise, points[b].Sample, radii.AsSpan(b * _size, _size), directions.AsSpan(b * _size, _size));
        long[] rows = [count, .. shape];
        var scaled = graph.Node("Mul", [graph.Doubles(rows, radii), _stdev ??= Stdev()]);
        var noisy = graph.Cast(graph.Node("Add", [graph.Node("Mul", [scaled, graph.Doubles(rows, directions)]), _wide]), ElementType.Float);
        if (count == points.Length) return noisy;
        var last = graph.Node(
            "Gather", [noisy, graph.Longs([points.Length - count], [.. Enumerable.Repeat(count - 1L, points.Length - count)])]);
        return graph.Node("Concat", [noisy, last], ("axis", 0));
    }

    private string Stdev()
    {
        if (stdev is { } known) return graph.Doubles([], [known]);
        var most = graph.Cast(graph.Node("ReduceMax", [image], ("keepdims", 0)), ElementType.Double);
        var least = graph.Cast(graph.Node("ReduceMin", [image], ("keepdims", 0)), ElementType.Double);
        return graph.Node("Mul", [graph.Doubles([], [share]), graph.Node("Sub", [most, least])]);
    }
}
