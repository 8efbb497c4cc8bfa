namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>What all pixels of an image are replaced by.</summary>
public enum Substrate
{
    /// <summary>Zeros in the units of the preprocessed image.</summary>
    Zeros,

    /// <summary>The image's least value.</summary>
    Black,

    /// <summary>The image under RISE's blur.</summary>
    Blurred,
}

/// <summary>Changes the image into a substrate pixel by pixel, the strongest of a map first; or the substrate into the image.</summary>
/// <param name="Substrate">What replaces pixels.</param>
/// <param name="Steps">Steps of the walk, at least 1; the ends are evaluated too.</param>
/// <param name="Inserts">Whether the walk starts at the substrate and ends at the image.</param>
public sealed record PixelWalk(Substrate Substrate, int Steps, bool Inserts = false) : Perturbation
{
    /// <inheritdoc/>
    public override int Count => Steps + 1;

    /// <inheritdoc/>
    public override bool ReadsMap => true;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Of(Tensor image, uint imageIndex, Tensor? map)
    {
        var substrate = Substrate switch
        {
            Substrate.Zeros => Substrates.Constant(image, 0),
            Substrate.Black => Substrates.Black(image),
            Substrate.Blurred => Substrates.Blurred(image),
            _ => throw new NotSupportedException($"Substrate {Substrate} cannot be made."),
        };
        var order = MapOrder.Of(map!, image);
        return Inserts ? PixelSteps.Walk(substrate, image, order, Steps) : PixelSteps.Walk(image, substrate, order, Steps);
    }
}
