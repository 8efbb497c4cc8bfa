namespace SaliencyCluster.Attribution.Images;

/// <summary>How pixels become a model's input: <c>x = (pixel * Scale - Mean[c]) / Std[c]</c>, channels first, red first.</summary>
/// <param name="Scale">Factor of pixel values 0 to 255.</param>
/// <param name="Mean">Mean per channel, or one for all.</param>
/// <param name="Std">Standard deviation per channel, or one for all; not 0.</param>
public sealed record Preprocessing(double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Pixel values from 0 to 1: for models of which nothing else is known.</summary>
    public static Preprocessing Default { get; } = new(0.00392156862745098, [0], [1]);
}
