using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Client.Explanations;

namespace SaliencyCluster.Cli.Results;

/// <summary>Writes what a gateway sends, image by image, into the same files as <c>--local</c> writes.</summary>
internal sealed class WireFolder(ResultFolder folder, ResultStyle style)
{
    private ImageFolder? _image;
    private int _index = -1;

    /// <summary>Writes the files of the next result; those of one image follow each other.</summary>
    public (ResultDocument Result, string Folder) Write(ExplainedImage image, InputImage? input)
    {
        if (_image is null || image.Result.Index != _index) (_image, _index) = (new(folder, style, Math.Max(1, image.Result.Methods)), image.Result.Index);
        var (result, map, errors, layout) = WireResults.Read(image);
        return _image.Write(result, map, errors, layout, input);
    }
}
