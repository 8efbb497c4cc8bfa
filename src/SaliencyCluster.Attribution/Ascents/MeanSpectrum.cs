using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Ascents;

/// <summary>The mean magnitudes of the Fourier coefficients of images, as an image: where <c>maximize</c> with <c>basis=maco</c> takes its
/// magnitudes from.</summary>
/// <remarks>Fel et al., 2023, https://arxiv.org/abs/2306.06805. Not thread-safe.</remarks>
/// <param name="spec">Between which values images lie, and whether their colours are uncorrelated first.</param>
public sealed class MeanSpectrum(AscentSpec spec)
{
    private double[]? _sums;
    private int[] _shape = [];

    /// <summary>Gets how many images there were.</summary>
    public int Images { get; private set; }

    /// <summary>Adds an image.</summary>
    /// <param name="image">A model's input, channels first: <c>[C,H,W]</c>, all of one size.</param>
    /// <exception cref="ArgumentException">It is of another size.</exception>
    public void Add(Tensor image)
    {
        if (image.Shape.Length != 3 || (_sums is not null && !image.Shape.SequenceEqual(_shape)))
            throw new ArgumentException(
                $"An image is [{string.Join(',', image.Shape)}], others are [{string.Join(',', _shape)}].", nameof(image));
        (_shape, _sums) = (image.Shape, _sums ?? new double[image.Data.Length]);
        var transform = new HartleyTransform(_shape[1], _shape[2]);
        var magnitudes = FixedSpectrum.Magnitudes(Canvas.Spread(spec, image), _shape, Canvas.Mixes(spec, _shape), transform);
        for (var i = 0; i < _sums.Length; i++) _sums[i] += magnitudes[i];
        Images++;
    }

    /// <summary>Gets an image with these magnitudes, whose phases are all 0. Its values may lie beyond the range.</summary>
    public Tensor ToImage()
    {
        var mean = Array.ConvertAll(_sums ?? throw new InvalidOperationException("There was no image."), s => s / Images);
        var (plane, transform) = (_shape[1] * _shape[2], new HartleyTransform(_shape[1], _shape[2]));
        // The Hartley coefficients of real Fourier coefficients that are the same for opposite waves are those of the wave beside.
        var image = FixedSpectrum.WithoutPhases(mean, _shape);
        for (var at = 0; at < image.Length; at += plane) transform.Apply(image.AsSpan(at, plane));
        if (Canvas.Mixes(spec, _shape)) Colours.Mix(image);
        return new(_shape, [.. image.Select((value, i) =>
        {
            var (low, high) = spec.Range[spec.Range.Count == 1 ? 0 : i / plane];
            return (float)(((low + high) / 2) + (value * (high - low)));
        })]);
    }
}
