using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Ascents;

/// <summary>
/// What an ascent changes, and the image that it makes: parameters (pixels, or Fourier coefficients that weigh less the finer they are),
/// mixed to colours, added to where the ascent starts, and squashed into the range of the model's pixels. Or the parameters are angles
/// by which the coefficients of the image that it starts from are turned: <see cref="FixedSpectrum"/>.
/// </summary>
/// <remarks>The squashing is <c>1/2 + u / (2 sqrt(1 + u^2))</c> with <c>u = z / 2</c>: it needs roots only, which are exact on every
/// machine.
/// It reaches a little beyond the range and is cut there, so that black and white are reached. Not thread-safe.</remarks>
internal sealed class Canvas
{
    // How far the squashing reaches beyond each end of the range.
    private const double Beyond = 0.0625;

    // 1 / sqrt(1 + u^2) where the range ends.
    private static readonly double CutRoot = Math.Sqrt(1 - (0.25 / ((0.5 + Beyond) * (0.5 + Beyond))));

    // How steep the squashing is in the middle.
    private const double Slope = (0.5 + Beyond) / 2;

    // Lucid's: the image has about the deviation of photographs.
    private const double FourierScale = 0.25;

    private readonly int[] _shape;
    private readonly AscentSpec _spec;
    private readonly double[] _start;
    private readonly double[]? _weights;
    private readonly HartleyTransform? _transform;
    private readonly FixedSpectrum? _spectrum;
    private readonly int _plane;

    /// <param name="spec">How the image is parametrised.</param>
    /// <param name="shape">Shape of the image, channels first where it has planes.</param>
    /// <param name="start">Where the ascent starts; null means the middle of the range.</param>
    public Canvas(AscentSpec spec, int[] shape, Tensor? start)
    {
        (_spec, _shape) = (spec, shape);
        var size = shape.Aggregate(1, (n, d) => n * d);
        _plane = shape.Length == 3 ? shape[1] * shape[2] : size;
        _start = new double[size];
        if (spec.Basis == AscentBasis.Maco)
        {
            _transform = new(shape[1], shape[2]);
            _spectrum = FixedSpectrum.Of(start is null ? null : Spread(spec, start), shape, IsMixed, _transform);
            return;
        }
        for (var i = 0; start is not null && i < size; i++) _start[i] = Unsquashed(start.Data[i], i / _plane);
        if (spec.Basis == AscentBasis.Pixel) return;
        _transform = new(shape[1], shape[2]);
        var least = 1.0 / Math.Max(shape[1], shape[2]);
        _weights = Array.ConvertAll(HartleyTransform.Frequencies(shape[1], shape[2]), f => FourierScale / Math.Max(f, least));
    }

    /// <summary>Makes what is squashed into an image out of parameters: as dear as all the rest, so image and gradient share it.</summary>
    public double[] Mix(ReadOnlySpan<float> parameters)
    {
        var y = new double[parameters.Length];
        for (var i = 0; i < y.Length; i++) y[i] = parameters[i];
        if (_spectrum is not null) y = _spectrum.Turned(y);
        Weigh(y);
        Transform(y);
        if (IsMixed) Colours.Mix(y);
        // Magnitudes are those of the image: where the squashing is not yet felt it must neither raise nor lower them.
        for (var i = 0; i < y.Length; i++) y[i] = _spectrum is null ? y[i] + _start[i] : y[i] / Slope;
        return y;
    }

    /// <summary>Makes the image, each value from 0 (the least of the range) to 1 (the greatest).</summary>
    /// <param name="mixed">What <see cref="Mix"/> gave.</param>
    public static double[] Draw(double[] mixed) => Array.ConvertAll(mixed, z =>
    {
        var u = z / 2;
        return Math.Clamp(0.5 + ((0.5 + Beyond) * u / Math.Sqrt(1 + (u * u))), 0, 1);
    });

    /// <summary>Gets the model's input of an image that was drawn.</summary>
    public Tensor Input(double[] drawn)
    {
        var data = new float[drawn.Length];
        for (var i = 0; i < data.Length; i++)
        {
            var (low, high) = Range(i / _plane);
            data[i] = (float)(low + ((high - low) * drawn[i]));
        }
        return new(_shape, data);
    }

    /// <summary>Gets the gradient at the parameters from one at the model's input and one at the drawn image.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="mixed">What <see cref="Mix"/> gave.</param>
    /// <param name="atInput">The gradient at the model's input.</param>
    /// <param name="atDrawn">The gradient at the drawn image.</param>
    public double[] Gradient(ReadOnlySpan<float> parameters, double[] mixed, ReadOnlySpan<double> atInput, ReadOnlySpan<double> atDrawn)
    {
        var z = new double[mixed.Length];
        for (var i = 0; i < z.Length; i++)
        {
            var (low, high) = Range(i / _plane);
            var u = mixed[i] / 2;
            var root = 1 / Math.Sqrt(1 + (u * u));
            var up = (atInput[i] * (high - low)) + atDrawn[i];
            // Where it is cut, only the way back counts, and it is as steep as at the cut.
            var isCut = root < CutRoot;
            if (isCut) root = CutRoot;
            z[i] = isCut && up * u > 0 ? 0 : up * 0.5 * (0.5 + Beyond) * root * root * root;
        }
        for (var i = 0; _spectrum is not null && i < z.Length; i++) z[i] /= Slope;
        if (IsMixed) Colours.Unmix(z);
        Transform(z);
        Weigh(z);
        if (_spectrum is null) return z;
        var angles = new double[z.Length];
        for (var i = 0; i < angles.Length; i++) angles[i] = parameters[i];
        return _spectrum.Gradient(angles, z);
    }

    private bool IsMixed => Mixes(_spec, _shape);

    /// <summary>Gets whether planes are uncorrelated colours.</summary>
    public static bool Mixes(AscentSpec spec, IReadOnlyList<int> shape) => spec.Colours && shape is [3, _, _];

    /// <summary>Gets how far a model's input is from the middle of its range, in shares of the range; it may lie beyond it.</summary>
    public static double[] Spread(AscentSpec spec, Tensor image)
    {
        var plane = image.Data.Length / (image.Shape.Length == 3 ? image.Shape[0] : 1);
        return [.. image.Data.Select((value, i) =>
        {
            var (low, high) = spec.Range[spec.Range.Count == 1 ? 0 : i / plane];
            return (value - ((low + high) / 2)) / (high - low);
        })];
    }

    private void Weigh(double[] planes)
    {
        for (var i = 0; _weights is not null && i < planes.Length; i++) planes[i] *= _weights[i % _plane];
    }

    private void Transform(double[] planes)
    {
        for (var at = 0; _transform is not null && at < planes.Length; at += _plane) _transform.Apply(planes.AsSpan(at, _plane));
    }

    private double Unsquashed(float value, int channel)
    {
        var (low, high) = Range(channel);
        var t = (Math.Clamp((value - low) / (high - low), 0, 1) - 0.5) / (0.5 + Beyond);
        return 2 * t / Math.Sqrt(1 - (t * t));
    }

    private (double Low, double High) Range(int channel) => _spec.Range[_spec.Range.Count == 1 ? 0 : channel];
}
