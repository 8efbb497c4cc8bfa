using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Models;

/// <summary>Reads the stream of an upload: a header, then pieces of the file.</summary>
internal static class ModelUpload
{
    private const string Order = "Send the header first, then the file in pieces of at most 1 MiB.";

    /// <summary>Reads the header, and the file into <paramref name="upload"/>.</summary>
    /// <exception cref="SaliencyException">SAL2601, SAL2605, SAL2606, SAL2609, SAL2612.</exception>
    public static async Task<ModelHeader> ReadAsync(
        IAsyncStreamReader<UploadModelRequest> stream, UploadGate.Upload upload, GatewayLimits limits, CancellationToken cancellation)
    {
        if (!await stream.MoveNext(cancellation) || stream.Current.Header is not { } header)
            throw InvalidRequestException.Of("SAL2601", "header", "The upload does not begin with a header.", Order);
        NameRule.Checked(header.Name, "header.name");
        while (await stream.MoveNext(cancellation))
        {
            if (stream.Current.PartCase != UploadModelRequest.PartOneofCase.Data)
                throw InvalidRequestException.Of("SAL2601", "header", "The upload has a message without data after its header.", Order);
            var data = stream.Current.Data;
            if (data.Length > GatewayLimits.PieceBytes) throw PieceTooLarge("data", data.Length);
            if (upload.Length + data.Length > limits.MaxModelBytes)
            {
                throw new SaliencyException("SAL2605", $"The model '{header.Name}' is larger than {limits.MaxModelBytes} bytes, the most that this gateway takes.",
                    "Shrink the model, or raise Saliency:Gateway:Limits:MaxModelBytes.");
            }
            await upload.AddAsync(data.Memory, cancellation);
        }
        return header;
    }

    /// <summary>Makes the error of a piece over the protocol's limit.</summary>
    public static SaliencyException PieceTooLarge(string field, int length) => InvalidRequestException.Of(
        "SAL2609", field, $"A piece of '{field}' has {length} bytes; the most is {GatewayLimits.PieceBytes}.", "Cut it into pieces of at most 1 MiB.");
}
