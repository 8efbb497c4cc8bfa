using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What became of a picture on its way to the model.</summary>
/// <param name="Place">Where it lies in the model's input.</param>
/// <param name="Bits">How many bits each of its pixels had per channel.</param>
/// <param name="Pixels">Makes what the model sees: before scale, mean and standard deviation, red first.</param>
internal sealed record SeenPicture(PictureGeometry Place, int Bits, Func<PixelImage> Pixels);
