using System.Text.Json;
using Detection = SaliencyCluster.Attribution.Detections.Detection;
using DetectionOnWire = SaliencyCluster.Protocol.V1.Detection;
using ListedDetection = SaliencyCluster.Protocol.V1.ListedDetection;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Writes a detection for the wire.</summary>
internal static class DetectionMapping
{
    /// <summary>Reads what was stored; null where nothing was.</summary>
    public static Detection? Read(string? stored) => stored is null ? null : JsonSerializer.Deserialize<Detection>(stored);

    /// <summary>Writes what was stored; null where nothing was.</summary>
    public static DetectionOnWire? Write(string? stored)
    {
        if (Read(stored) is not { } detection) return null;
        var written = new DetectionOnWire
        {
            Family = detection.Family,
            Class = detection.Class,
            Label = detection.Label ?? "",
            Score = detection.Score,
            Row = detection.Row,
            Of = detection.Of,
            Read = detection.Read,
            Pixels = detection.Pixels,
            Width = detection.Width,
            Height = detection.Height,
        };
        written.Box.AddRange(detection.Box);
        foreach (var listed in detection.Listed)
        {
            var line = new ListedDetection { Number = listed.Number, Class = listed.Class, Label = listed.Label ?? "",
                Score = listed.Score };
            line.Box.AddRange(listed.Box);
            written.Listed.Add(line);
        }
        if (detection.Iou is { } iou) written.Iou = iou;
        if (detection.Number is { } number) written.Number = number;
        return written;
    }
}
