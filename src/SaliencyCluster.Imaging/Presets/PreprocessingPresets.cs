using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Imaging.Presets;

/// <summary>Preprocessing that many models share, by name.</summary>
public static class PreprocessingPresets
{
    private const double Unit = 0.00392156862745098;

    /// <summary>Gets every preset: the name, what it does.</summary>
    public static IReadOnlyDictionary<string, Preprocessing> All { get; } = new Dictionary<string,
        Preprocessing>(StringComparer.OrdinalIgnoreCase)
    {
        // torchvision's and timm's evaluation transform: Resize(256), CenterCrop(224), and the same share at other sizes.
        ["imagenet"] = new(Unit, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]) { Resize = new(ResizeMode.Crop) { CropShare = 0.875 } },
        // openai/CLIP: Resize(n_px, BICUBIC), CenterCrop(n_px).
        ["clip"] = new(Unit, [0.48145466, 0.4578275, 0.40821073],
            [0.26862954, 0.26130258, 0.27577711]) { Resize = new(ResizeMode.Crop, Interpolation.Bicubic) },
        // ultralytics: LetterBox with grey 114 and cv2.INTER_LINEAR.
        ["yolo"] = new(Unit, [0], [1]) { Resize = new(ResizeMode.Fit, Interpolation.BilinearPlain) { Fill = (114, 114, 114) } },
    };
}
