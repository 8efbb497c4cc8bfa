namespace SaliencyCluster.Tiles.Operators;

/// <summary>Memory of a tensor, and how many elements it has.</summary>
/// <param name="Address">Where it begins; 0 where the tensor is absent.</param>
/// <param name="Elements">Its elements.</param>
public readonly record struct TensorMemory(nint Address, int Elements);

/// <summary>What an operator reads and writes. Whoever makes it vouches for the addresses; kernels check the numbers of elements.</summary>
public readonly ref struct KernelTensors
{
    private readonly ReadOnlySpan<TensorMemory> _inputs;
    private readonly TensorMemory _output;

    /// <summary>Makes it.</summary>
    public KernelTensors(ReadOnlySpan<TensorMemory> inputs, TensorMemory output)
    {
        _inputs = inputs;
        _output = output;
    }

    internal unsafe Span<ushort> OutputHalves => new((void*)_output.Address, _output.Elements);

    internal unsafe Span<float> OutputFloats => new((void*)_output.Address, _output.Elements);

    internal unsafe ReadOnlySpan<ushort> Halves(int input) =>
        input < _inputs.Length ? new((void*)_inputs[input].Address, _inputs[input].Elements) : default;

    internal unsafe ReadOnlySpan<float> Floats(int input) =>
        input < _inputs.Length ? new((void*)_inputs[input].Address, _inputs[input].Elements) : default;
}
