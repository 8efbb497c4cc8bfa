using System.Text.Json.Serialization;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>
/// How an image is changed to ask the network what it says then. Plain data that travels to workers: the changed images are made
/// where they are evaluated, from the image and, where it <see cref="ReadsMap"/>, from the map that decides which pixels go first.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PixelWalk), "pixel-walk")]
[JsonDerivedType(typeof(ImputedRemoval), "imputed-removal")]
[JsonDerivedType(typeof(RemovedSquares), "removed-squares")]
public abstract record Perturbation
{
    /// <summary>Gets the number of images that one image becomes; at least 1.</summary>
    [JsonIgnore]
    public abstract int Count { get; }

    /// <summary>Gets whether a map decides which pixels change.</summary>
    [JsonIgnore]
    public abstract bool ReadsMap { get; }

    /// <summary>Makes the changed images in their order, one by one: a pure function of its arguments.</summary>
    /// <param name="image">The preprocessed image, <c>[C,H,W]</c>.</param>
    /// <param name="imageIndex">The image's index; keys whatever is random.</param>
    /// <param name="map">The map, <c>[C,H,W]</c> or coarser; read only where <see cref="ReadsMap"/>.</param>
    public abstract IEnumerable<Tensor> Of(Tensor image, uint imageIndex, Tensor? map);
}
