using System.Runtime.InteropServices;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Compares what rounds compute, numbers to the bit.</summary>
internal sealed class RoundContent : IEqualityComparer<Round>
{
    private RoundContent() { }

    public static RoundContent Comparer { get; } = new();

    public bool Equals(Round? x, Round? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Plain(x) == Plain(y)
        && Same(x.Points, y.Points, Same) && Same(x.Recipe.Baselines, y.Recipe.Baselines, (a, b) => a == b) && Same(x.Recipe.Parameters, y.Recipe.Parameters, Same)
        && Same(x.Recipe.Anchors, y.Recipe.Anchors, Same)
        && Same(x.Against, y.Against, (a, b) => a.Element == b.Element && Same(a.Weight, b.Weight)));

    public int GetHashCode(Round obj) => HashCode.Combine(obj.Number, obj.Map, obj.Rules, obj.Layer, obj.Target, obj.Points.Count);

    // Without its lists a record compares by itself: a member that is added is compared too.
    private static Round Plain(Round round) => round with { Points = [], Against = [], Recipe = round.Recipe with { Baselines = [], Parameters = [], Anchors = [] } };

    private static bool Same<T>(IReadOnlyList<T> one, IReadOnlyList<T> other, Func<T, T, bool> same)
    {
        if (ReferenceEquals(one, other)) return true;
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
        {
            if (!same(one[i], other[i])) return false;
        }
        return true;
    }

    private static bool Same(Point one, Point other) => one.Sample == other.Sample && one.Variant == other.Variant
        && Same(one.Alpha, other.Alpha) && BitConverter.SingleToInt32Bits(one.Weight) == BitConverter.SingleToInt32Bits(other.Weight);

    private static bool Same(double one, double other) => BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other);

    private static bool Same(Tensor one, Tensor other) =>
        one.Shape.AsSpan().SequenceEqual(other.Shape) && MemoryMarshal.AsBytes(one.Data.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Data.AsSpan()));
}
