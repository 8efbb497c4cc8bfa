using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>
/// A path's points where its gradient changes: starts even, and each round halves the intervals with the largest change of gradient
/// times width. Trapezoid weights. What a round asks for follows from complete rounds only.
/// </summary>
internal static class AdaptivePath
{
    /// <summary>Points of the first round, for each baseline.</summary>
    public const int First = 5;

    /// <summary>Points that most rounds have a multiple of, nearly: with micro-batches of as many, few places of a batch stay empty.</summary>
    public const int SmallRound = 3;

    // At the baseline itself Relus without bias and pools over equal values sit on a kink: its gradient is that of no place of the path.
    private const double Start = 1.0 / 1024;

    /// <summary>The most points of all baselines together: every point's map is kept until the end.</summary>
    public const int Most = 512;

    /// <summary>Gets the points of the next round; null when the number or the tolerance is reached.</summary>
    public static Round? Next(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        if (done.Count == 0) return RoundOf(context, FirstPoints(context.Baselines.Count));
        var places = Places(context, done);
        if (context.Options.Tolerance is { } tolerance && Error(places, Sum(places, context)) <= tolerance) return null;
        var halved = Halved(context, places);
        return halved.Count == 0 ? null : RoundOf(context, halved);
    }

    /// <summary>Gets the map with the estimate of its relative error.</summary>
    public static MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        // Before the first round is complete there is nothing to show.
        if (done.Count == 0) return new(Tensor.Zeros(context.Image.Shape));
        var places = Places(context, done);
        var map = Sum(places, context);
        return new(map) { ConvergenceDelta = Completeness.Delta(map, context.Probe), ErrorEstimate = Error(places, map) };
    }

    private static IEnumerable<(double Alpha, int Variant)> FirstPoints(int baselines) =>
        from variant in Enumerable.Range(0, baselines)
        from i in Enumerable.Range(0, First)
        select (Start + i * (1 - Start) / (First - 1), variant);

    // Half as many as there are: few rounds to wait for, and nearly the same places as one by one.
    private static List<(double Alpha, int Variant)> Halved(MethodContext context, List<Place> places)
    {
        var free = context.Options.Steps!.Value * context.Baselines.Count - places.Count;
        return [.. Intervals(places).Where(i => i.Change > 0).OrderByDescending(i => i.Change)
            .Take(Math.Clamp((places.Count + 1) / 2, 0, Math.Max(0, free))).Select(i => (i.Middle, i.Left.Variant))];
    }

    private static Round RoundOf(MethodContext context, IEnumerable<(double Alpha, int Variant)> points) => new()
    {
        Map = PointMap.Gradient,
        Reduction = PointReduction.Each,
        Recipe = new PointRecipe
        {
            Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
            Multiplier = MultiplierKind.Difference,
        },
        Points = [.. points.Select(p => new Point(p.Alpha, 1, -1, p.Variant))],
    };

    /// <summary>Every point so far with its map, by baseline and position: walks the rounds again, since each follows from those before.</summary>
    private static List<Place> Places(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var places = new List<Place>();
        IEnumerable<(double Alpha, int Variant)> asked = FirstPoints(context.Baselines.Count);
        for (var round = 0; round < done.Count; round++)
        {
            if (round > 0) asked = Halved(context, places);
            var size = done[round].Sum!.Data.Length / done[round].Scores.Length;
            places.AddRange(asked.Select((p, i) => new Place(p.Alpha, p.Variant, done[round].Sum!.Data.AsMemory(i * size, size))));
            places.Sort((a, b) => (a.Variant, a.Alpha).CompareTo((b.Variant, b.Alpha)));
        }
        return places;
    }

    private static IEnumerable<Interval> Intervals(List<Place> places) =>
        places.Zip(places.Skip(1)).Where(p => p.First.Variant == p.Second.Variant).Select(p => new Interval(p.First, p.Second));

    private static Tensor Sum(List<Place> places, MethodContext context)
    {
        var map = Tensor.Zeros(context.Image.Shape);
        foreach (var interval in Intervals(places))
        {
            var weight = (float)(interval.Width / 2 / context.Baselines.Count);
            TensorPrimitives.MultiplyAdd(interval.Left.Map.Span, weight, map.Data, map.Data);
            TensorPrimitives.MultiplyAdd(interval.Right.Map.Span, weight, map.Data, map.Data);
        }
        // The rest of the way from the baseline.
        foreach (var first in places.Where(p => p.Alpha == Start))
            TensorPrimitives.MultiplyAdd(first.Map.Span, (float)(Start / context.Baselines.Count), map.Data, map.Data);
        return map;
    }

    /// <summary>
    /// Estimates the relative error: where a gradient jumps once at an unknown place of an interval, the trapezoid's root mean square
    /// error is jump times width over the root of 12, and errors of intervals are independent. Smooth changes give less.
    /// </summary>
    private static double? Error(List<Place> places, Tensor map)
    {
        var baselines = places[^1].Variant + 1;
        var norm = (double)TensorPrimitives.Norm<float>(map.Data);
        var error = Math.Sqrt(Intervals(places).Sum(i => i.Change * i.Change) / 12) / baselines;
        return norm == 0 ? error == 0 ? 0 : null : error / norm;
    }

    private readonly record struct Place(double Alpha, int Variant, ReadOnlyMemory<float> Map);

    private readonly record struct Interval(Place Left, Place Right)
    {
        public double Width => Right.Alpha - Left.Alpha;

        public double Middle => (Left.Alpha + Right.Alpha) / 2;

        public double Change { get; } = TensorPrimitives.Distance(Left.Map.Span, Right.Map.Span) * (Right.Alpha - Left.Alpha);
    }
}
