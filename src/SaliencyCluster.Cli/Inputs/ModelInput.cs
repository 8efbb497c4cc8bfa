using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>How files become a model's input.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Shape">Shape of one image, channels first; -1 where it is free.</param>
/// <param name="Layout">Where the model itself has its channels: the layout of prepared arrays.</param>
/// <param name="Preprocessing">How pixels are scaled.</param>
internal sealed record ModelInput(string Name, IReadOnlyList<long> Shape, ImageLayout Layout, Preprocessing Preprocessing)
{
    /// <summary>The input of a model file.</summary>
    public static ModelInput Of(ModelSummary model, Preprocessing? preprocessing) => new(model.Input, model.ImageShape, model.Layout, preprocessing ?? Preprocessing.Default);

    /// <summary>Gets whether a cluster prepares pictures in another way, so that they must be prepared here.</summary>
    public bool PreparesHere { get; init; }

    /// <summary>The input of a model of a cluster.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">What the command line says otherwise.</param>
    public static ModelInput Of(Protocol.V1.Model model, PictureFacts given)
    {
        var known = Of(model);
        var asked = given.Over(known.Preprocessing);
        return known with { Preprocessing = asked, PreparesHere = !asked.Equals(known.Preprocessing) };
    }

    /// <summary>The input of a model of a cluster.</summary>
    public static ModelInput Of(Protocol.V1.Model model)
    {
        var layout = ImageLayouts.Parse(model.Layout) ?? ImageLayout.ChannelsFirst;
        var (p, known) = (model.Preprocessing ?? new(), Preprocessing.Default);
        return new(model.Input, layout.ToChannelsFirst(model.ImageShape), layout, new(
            p.HasScale ? p.Scale : known.Scale, p.Mean.Count > 0 ? [.. p.Mean] : known.Mean, p.Std.Count > 0 ? [.. p.Std] : known.Std)
        {
            BlueFirst = p.BlueFirst, Resize = WireResize.Read(p.Resize),
        });
    }

    /// <summary>Prepares an array of pixels from 0 to 255; where its channels stand is told by the model's shape.</summary>
    /// <returns>The model's input, channels first.</returns>
    public Tensor OfPixels(Tensor pixels)
    {
        var array = pixels.Shape.Length == 3 && IsChannelsLast(pixels.Shape) ? pixels.ToChannelsFirst(ImageLayout.ChannelsLast) : pixels;
        var channels = array.Shape.Length == 3 ? array.Shape[0] : 1;
        var plane = array.Data.Length / Math.Max(1, channels);
        return new(array.Shape, [.. array.Data.Select((v, i) => (float)(((v * Preprocessing.Scale) - Of(Preprocessing.Mean, i / plane)) / Of(Preprocessing.Std, i / plane)))]);
    }

    /// <summary>Whether two models take the same files in the same way.</summary>
    public bool ReadsAs(ModelInput other) =>
        Shape.SequenceEqual(other.Shape) && Layout == other.Layout && Preprocessing.Equals(other.Preprocessing);

    // Pictures are stored with channels last more often than not, also for models that want them first.
    private bool IsChannelsLast(int[] shape)
    {
        if (Shape.Count != 3) return false;
        bool last = Fits([shape[2], shape[0], shape[1]]), first = Fits(shape);
        return last && (!first || Layout == ImageLayout.ChannelsLast);
    }

    private bool Fits(int[] shape) => shape.Zip(Shape, (given, wanted) => given == wanted || (wanted < 0 && given > 0)).All(fits => fits);

    private static double Of(IReadOnlyList<double> perChannel, int channel) => perChannel[perChannel.Count == 1 || channel >= perChannel.Count ? 0 : channel];
}
