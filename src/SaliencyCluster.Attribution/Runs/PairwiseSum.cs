using System.Numerics.Tensors;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>
/// Adds arrays along the same binary tree as <see cref="Reduction.ReductionTree"/>, holding one array per level: leaf i is
/// the i-th array added. With a power-of-two number of leaves per shard, shards and leaves form one tree, so the size of a
/// shard does not show in the bits of the total.
/// </summary>
internal sealed class PairwiseSum
{
    private readonly Stack<(int Level, float[] Sum)> _pending = [];
    private readonly Stack<float[]> _free = [];

    public void Add(ReadOnlySpan<float> leaf)
    {
        var buffer = _free.Count > 0 ? _free.Pop() : new float[leaf.Length];
        leaf.CopyTo(buffer);
        var level = 0;
        while (_pending.Count > 0 && _pending.Peek().Level == level)
        {
            buffer = Join(_pending.Pop().Sum, buffer);
            level++;
        }
        _pending.Push((level, buffer));
    }

    /// <summary>Gets the total and forgets it.</summary>
    public float[] Total()
    {
        var total = _pending.Pop().Sum;
        while (_pending.Count > 0) total = Join(_pending.Pop().Sum, total);
        return total;
    }

    private float[] Join(float[] left, float[] right)
    {
        TensorPrimitives.Add<float>(left, right, left);
        _free.Push(right);
        return left;
    }
}
