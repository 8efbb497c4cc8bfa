using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Pooling;

/// <summary>A max pool over packed tensors, and its gradient: the first of the largest elements of a window gets it all.</summary>
public sealed unsafe class MaxPool
{
    // No place of a window: a window whose gradient is dropped.
    private const ushort Nowhere = ushort.MaxValue;

    private readonly PoolGeometry _pool;
    private readonly PackedShape _input, _output;

    /// <summary>Makes it.</summary>
    /// <param name="pool">The windows.</param>
    /// <param name="input">The images.</param>
    /// <param name="outputHalo">The halo of the results, or of their gradient.</param>
    /// <exception cref="ArgumentException">A window has no element of the image.</exception>
    public MaxPool(PoolGeometry pool, PackedShape input, int outputHalo)
    {
        (_pool, _input) = (pool, input);
        Lengths.CheckVectors(input);
        int[] sizes = [pool.OutputHeight, pool.OutputWidth, pool.KernelHeight, pool.KernelWidth, pool.StrideY, pool.StrideX];
        if (sizes.Any(s => s < 1) || pool.Top < 0 || pool.Left < 0 || pool.KernelHeight * (long)pool.KernelWidth >= Nowhere)
            throw new ArgumentException($"{pool} is no pool.", nameof(pool));
        _output = input with { Height = pool.OutputHeight, Width = pool.OutputWidth, Halo = outputHalo };
        bool IsEmpty((int From, int To) range) => range.From >= range.To;
        if (IsEmpty(pool.Rows(0, input.Height)) || IsEmpty(pool.Rows(pool.OutputHeight - 1, input.Height))
            || IsEmpty(pool.Columns(0, input.Width)) || IsEmpty(pool.Columns(pool.OutputWidth - 1, input.Width)))
            throw new ArgumentException("A window has no element of the image.", nameof(pool));
    }

    /// <summary>Gets the shape of the results.</summary>
    public PackedShape Output => _output;

    /// <summary>Computes the results.</summary>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public void Run(ReadOnlySpan<ushort> images, Span<ushort> results)
    {
        Lengths.Check("images", images.Length, _input.Elements);
        Lengths.Check("results", results.Length, _output.Elements);
        for (var n = 0; n < _input.Images; n++) _output.ClearHalo(results.Slice(n * _output.ImageElements, _output.ImageElements));
        fixed (ushort* image = images, result = results)
            for (var n = 0; n < _input.Images; n++)
                Run(image + ((nint)n * _input.ImageElements), result + ((nint)n * _output.ImageElements));
    }

    /// <summary>Computes the gradient of the images from that of the results.</summary>
    /// <param name="images">The images.</param>
    /// <param name="gradient">The gradient of the results.</param>
    /// <param name="positiveOnly">Whether windows whose largest element is not greater than 0 pass nothing on: the gradient of a Relu
    /// before the pool.</param>
    /// <param name="result">The gradient of the images, with a halo of its own.</param>
    /// <param name="resultHalo">That halo.</param>
    /// <exception cref="ArgumentException">A span has another length than was planned.</exception>
    public void Backward(ReadOnlySpan<ushort> images, ReadOnlySpan<ushort> gradient, bool positiveOnly, Span<ushort> result, int resultHalo)
    {
        var shape = _input with { Halo = resultHalo };
        Lengths.Check("images", images.Length, _input.Elements);
        Lengths.Check("gradient", gradient.Length, _output.Elements);
        Lengths.Check("result", result.Length, shape.Elements);
        for (var n = 0; n < shape.Images; n++) shape.ClearHalo(result.Slice(n * shape.ImageElements, shape.ImageElements));
        var winners = ArrayPool<ushort>.Shared.Rent(_output.Height * _output.Width * _input.PaddedChannels);
        fixed (ushort* image = images, from = gradient, to = result, places = winners)
            for (var n = 0; n < shape.Images; n++)
            {
                FindWinners(image + ((nint)n * _input.ImageElements), positiveOnly, places);
                Gather(from + ((nint)n * _output.ImageElements), places, to + ((nint)n * shape.ImageElements), shape);
            }
        ArrayPool<ushort>.Shared.Return(winners);
    }

    // The addresses below lie in tensors whose sizes were checked: windows are cut to the image, and no window is empty.
    private void Run(ushort* image, ushort* result)
    {
        for (var y = 0; y < _output.Height; y++)
            for (var x = 0; x < _output.Width; x++)
            {
                var window = Window.Of(_pool, _input, y, x);
                var to = result + _output.Offset(y, x);
                for (var c = 0; c < _input.PaddedChannels; c += PackedShape.Lanes)
                    PackedVector.Store(Largest(image + window.Corner + c, window).Value, to + c);
            }
    }

    private void FindWinners(ushort* image, bool positiveOnly, ushort* winners)
    {
        for (var y = 0; y < _output.Height; y++)
            for (var x = 0; x < _output.Width; x++)
            {
                var window = Window.Of(_pool, _input, y, x);
                for (var c = 0; c < _input.PaddedChannels; c += PackedShape.Lanes, winners += PackedShape.Lanes)
                {
                    var (value, place) = Largest(image + window.Corner + c, window);
                    if (positiveOnly)
                    {
                        var isPositive = Vector512.GreaterThan(value, Vector512<float>.Zero).AsUInt32();
                        place = Vector512.ConditionalSelect(isPositive, place, Vector512.Create((uint)Nowhere));
                    }
                    *(Vector256<ushort>*)winners = PackedVector.Narrow(place);
                }
            }
    }

    // The largest element of a window, the first of several, and its place: row times columns plus column.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<float> Value, Vector512<uint> Place) Largest(ushort* row, Window window)
    {
        var value = PackedVector.Load(row);
        var place = Vector512.Create((uint)window.Place);
        for (var r = 0; r < window.Rows; r++, row += _input.RowElements)
        {
            var at = row;
            for (var c = 0; c < window.Columns; c++, at += _input.PaddedChannels)
            {
                var other = PackedVector.Load(at);
                var isLarger = Vector512.GreaterThan(other, value);
                value = Vector512.ConditionalSelect(isLarger, other, value);
                place = Vector512.ConditionalSelect(
                    isLarger.AsUInt32(), Vector512.Create((uint)(window.Place + (r * _pool.KernelWidth) + c)), place);
            }
        }
        return (value, place);
    }

    // What the windows that hold an element pass on to it.
    private void Gather(ushort* gradient, ushort* winners, ushort* result, PackedShape shape)
    {
        for (var y = 0; y < shape.Height; y++)
        {
            var (top, bottom) = Windows(y + _pool.Top, _pool.KernelHeight, _pool.StrideY, _output.Height);
            for (var x = 0; x < shape.Width; x++)
            {
                var (left, right) = Windows(x + _pool.Left, _pool.KernelWidth, _pool.StrideX, _output.Width);
                var to = result + shape.Offset(y, x);
                for (var c = 0; c < shape.PaddedChannels; c += PackedShape.Lanes)
                {
                    var sum = Vector512<float>.Zero;
                    for (var row = top; row <= bottom; row++)
                        for (var column = left; column <= right; column++)
                        {
                            var (r, k) = (y + _pool.Top - (row * _pool.StrideY), x + _pool.Left - (column * _pool.StrideX));
                            var place = (r * _pool.KernelWidth) + k;
                            var winner = *(Vector256<ushort>*)(winners + (((row * _output.Width) + column) * shape.PaddedChannels) + c);
                            var isHere = Vector512.Equals(PackedVector.Wide(winner), Vector512.Create((uint)place)).AsSingle();
                            sum += Vector512.ConditionalSelect(
                                isHere, PackedVector.Load(gradient + _output.Offset(row, column) + c), Vector512<float>.Zero);
                        }
                    PackedVector.Store(sum, to + c);
                }
            }
        }
    }

    private static (int First, int Last) Windows(int place, int kernel, int stride, int count) =>
        (Math.Max(0, (place - kernel + stride) / stride), Math.Min(count - 1, place / stride));

    // A window, cut to the image: where it begins, its size, and the place of its first element in the whole window.
    private readonly record struct Window(int Corner, int Rows, int Columns, int Place)
    {
        public static Window Of(PoolGeometry pool, PackedShape input, int y, int x)
        {
            var (top, bottom) = pool.Rows(y, input.Height);
            var (left, right) = pool.Columns(x, input.Width);
            var place = ((top - (y * pool.StrideY) + pool.Top) * pool.KernelWidth) + left - (x * pool.StrideX) + pool.Left;
            return new(input.Offset(top, left), bottom - top, right - left, place);
        }
    }
}
