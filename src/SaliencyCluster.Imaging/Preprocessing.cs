using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging;

/// <summary>How pixels become a model's input: <c>x = (pixel * Scale - Mean[c]) / Std[c]</c>, channels first.</summary>
/// <param name="Scale">Factor of pixel values 0 to 255.</param>
/// <param name="Mean">Mean per channel of the model, or one for all.</param>
/// <param name="Std">Standard deviation per channel of the model, or one for all; not 0.</param>
public sealed record Preprocessing(double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Pixel values from 0 to 1: for models of which nothing else is known.</summary>
    public static Preprocessing Default { get; } = new(0.00392156862745098, [0], [1]);

    /// <summary>Gets how a picture gets the model's height and width.</summary>
    /// <value>The default stretches it, by antialiased bilinear interpolation.</value>
    public ResizePolicy Resize { get; init; } = ResizePolicy.Default;

    /// <summary>Gets whether the model's first channel is blue and its last one red.</summary>
    /// <value>The default is false: red first.</value>
    public bool BlueFirst { get; init; }

    /// <summary>Whether two prepare pictures and pixels in the same way.</summary>
    public bool Equals(Preprocessing? other) =>
        other is not null && Scale.Equals(other.Scale) && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std)
        && Resize == other.Resize && BlueFirst == other.BlueFirst;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, Mean.Count, Std.Count, Resize, BlueFirst);

    /// <summary>Makes a model's input from a picture: brings it to the model's size, greys it for one channel, scales it.</summary>
    /// <param name="picture">The decoded picture.</param>
    /// <param name="model">What is known of the model; takes <c>[1,H,W]</c> or <c>[3,H,W]</c>. A free height or width keeps the picture's.</param>
    /// <exception cref="SaliencyException">SAL2122: the model takes no pictures. SAL2123: means or deviations do not fit its channels.</exception>
    public Tensor Apply(PixelImage picture, ModelSummary model) => Apply(picture, model.ImageShape, model.Input);

    /// <summary>Makes an input of a shape from a picture.</summary>
    /// <param name="picture">The decoded picture.</param>
    /// <param name="imageShape">Shape of one image; -1 where it is free.</param>
    /// <param name="input">Name of the input, for messages.</param>
    /// <exception cref="SaliencyException">SAL2122: the model takes no pictures. SAL2123: means or deviations do not fit its channels.</exception>
    public Tensor Apply(PixelImage picture, IReadOnlyList<long> imageShape, string input)
    {
        // Where not even a convolution says how many channels there are, a picture has three.
        if (imageShape is not [1 or 3 or < 0, _, _])
            throw new SaliencyException(
                "SAL2122", $"The model's input '{input}' has shape [{ShapeText.Of(imageShape)}]"
                    + $"{(imageShape.Count == 3 ? ", channels first" : "")}; pictures fit only [1,H,W] and [3,H,W].",
                "Give prepared tensors as .npy instead.");
        var channels = imageShape[0] < 0 ? 3 : (int)imageShape[0];
        Check(channels);
        var sized = Sized(picture, imageShape);
        var prepared = Tensor.Zeros(channels, sized.Height, sized.Width);
        var plane = sized.Height * sized.Width;
        for (var c = 0; c < channels; c++)
        {
            var (mean, std) = (Mean[Mean.Count == 1 ? 0 : c], Std[Std.Count == 1 ? 0 : c]);
            for (var i = 0; i < plane; i++) prepared.Data[c * plane + i] = (float)((Pixel(sized, i, channels, c) * Scale - mean) / std);
        }
        return prepared;
    }

    /// <summary>Gets where a picture lies in the model's input.</summary>
    /// <param name="picture">The decoded picture.</param>
    /// <param name="imageShape">Shape of one image, channels first; -1 where it is free.</param>
    /// <exception cref="SaliencyException">SAL2123, SAL2124: the picture or the model does not fit how pictures are resized.</exception>
    public PictureGeometry Place(PixelImage picture, IReadOnlyList<long> imageShape) =>
        Resize.Checked().Place(picture.Height, picture.Width, imageShape[^2], imageShape[^1]);

    /// <summary>Gets what the model sees of a picture: at its size, in its own colours.</summary>
    /// <param name="picture">The decoded picture.</param>
    /// <param name="imageShape">Shape of one image, channels first; -1 where it is free.</param>
    /// <exception cref="SaliencyException">SAL2123, SAL2124: the picture or the model does not fit how pictures are resized.</exception>
    public PixelImage Sized(PixelImage picture, IReadOnlyList<long> imageShape) => Resize.Apply(picture, Place(picture, imageShape));

    // From 0 to 255; with 16 bits there are fractions.
    private double Pixel(PixelImage sized, int index, int channels, int channel)
    {
        if (sized.Grey16 is { } deep) return deep[index] / 257.0;
        return channels == 1 ? Grey(sized.Rgb.AsSpan(3 * index, 3)) : sized.Rgb[(3 * index) + (BlueFirst ? 2 - channel : channel)];
    }

    /// <summary>Luma of ITU-R 601, in Pillow's fixed-point arithmetic, so that grey pictures are the same as there.</summary>
    internal static byte Grey(ReadOnlySpan<byte> rgb) => (byte)((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16);

    /// <summary>Gets the least and the greatest value that pixels from 0 to 255 become, for each channel.</summary>
    /// <param name="channels">How many channels the model has.</param>
    /// <exception cref="SaliencyException">SAL2123: means or deviations do not fit its channels.</exception>
    public IReadOnlyList<(double Low, double High)> Range(int channels)
    {
        Check(channels);
        return [.. Enumerable.Range(0, channels).Select(c => (Value(0, c), Value(255, c)))
            .Select(ends => (Math.Min(ends.Item1, ends.Item2), Math.Max(ends.Item1, ends.Item2)))];

        double Value(double pixel, int c) => ((pixel * Scale) - Mean[Mean.Count == 1 ? 0 : c]) / Std[Std.Count == 1 ? 0 : c];
    }

    /// <summary>Makes the picture that becomes a model's input, to the nearest of 256 values; what lies beyond is cut.</summary>
    /// <param name="prepared">The input, channels first; <c>[1,H,W]</c> or <c>[3,H,W]</c>.</param>
    /// <exception cref="SaliencyException">SAL2123: means or deviations do not fit its channels.</exception>
    public PixelImage Undo(Tensor prepared)
    {
        var (channels, height, width) = (prepared.Shape[0], prepared.Shape[1], prepared.Shape[2]);
        Check(channels);
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < height * width; i++)
        {
            for (var colour = 0; colour < 3; colour++)
            {
                var c = channels == 1 ? 0 : BlueFirst ? 2 - colour : colour;
                var value = (prepared.Data[(c * height * width) + i] * Std[Std.Count == 1 ? 0 : c]) + Mean[Mean.Count == 1 ? 0 : c];
                rgb[(3 * i) + colour] = (byte)Math.Clamp(Math.Round(value / Scale), 0, 255);
            }
        }
        return new(height, width, rgb);
    }

    private void Check(int channels)
    {
        Check("mean", Mean, v => double.IsFinite(v));
        Check("std", Std, v => double.IsFinite(v) && v != 0);
        if (!double.IsFinite(Scale) || Scale == 0) throw Unfit($"scale is {Scale}; it must be finite and not 0");

        void Check(string name, IReadOnlyList<double> values, Func<double, bool> allows)
        {
            if (values.Count != 1 && values.Count != channels) throw Unfit($"{name} has {values.Count} numbers for {channels} channel(s)");
            if (!values.All(allows)) throw Unfit($"{name} is {string.Join(", ", values)}");
        }
    }

    private static SaliencyException Unfit(string why) => new(
        "SAL2123", $"The preprocessing does not fit the model: {why}.", "Give one number, or one for each channel; no deviation of 0.");
}
