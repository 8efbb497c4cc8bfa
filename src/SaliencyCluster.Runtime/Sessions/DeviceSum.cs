using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>
/// Adds the maps of a known number of runs on the device, along the tree of <see cref="Attribution.Reduction.ReductionTree"/>: the
/// same numbers in the same order as on the host, so the same bits. Holds one buffer per level, which are used again.
/// </summary>
internal sealed class DeviceSum(SumSession sums, TensorBuffer total) : IDisposable
{
    private readonly Stack<(int Level, OrtValue Sum)> _pending = [];
    private readonly Stack<OrtValue> _free = [];
    private OrtIoBinding? _binding;
    private OrtValue? _leaf;
    private int _left;

    /// <summary>Begins a sum; what was there of another one is forgotten.</summary>
    public void Begin(int runs)
    {
        _left = runs;
        while (_pending.Count > 0) _free.Push(_pending.Pop().Sum);
        if (_leaf is not null) _free.Push(_leaf);
        _leaf = null;
    }

    /// <summary>Gets where the next run writes its map.</summary>
    public OrtValue Leaf() => _leaf ??= Take();

    /// <summary>Adds what the last run wrote. With the last of them the sum is in its buffer.</summary>
    /// <returns>Whether it is.</returns>
    public bool Push()
    {
        var (sum, level) = (_leaf!, 0);
        _leaf = null;
        var isLast = --_left == 0;
        while (_pending.Count > 0 && (isLast || _pending.Peek().Level == level))
        {
            var left = _pending.Pop().Sum;
            if (isLast && _pending.Count == 0)
            {
                Add(left, sum, total.Value);
                _free.Push(left);
                _free.Push(sum);
                return true;
            }
            var joined = Take();
            Add(left, sum, joined);
            _free.Push(left);
            _free.Push(sum);
            (sum, level) = (joined, level + 1);
        }
        _pending.Push((level, sum));
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Begin(0);
        _binding?.Dispose();
        foreach (var buffer in _free) buffer.Dispose();
    }

    private OrtValue Take() => _free.Count > 0 ? _free.Pop() : sums.Allocate(total.Value);

    private void Add(OrtValue left, OrtValue right, OrtValue sum) => sums.Add(_binding ??= sums.Bind(), left, right, sum);
}
