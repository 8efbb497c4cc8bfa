using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Detections;

/// <summary>Which families the outputs of published detectors are taken for, by names and shapes as their exporters write them.</summary>
public sealed class HeadFinderTests
{
    [Theory]
    // YOLOv5s and v7 at 640 pixels, with other outputs beside; P6 at 1280; tiny at 416.
    [InlineData("output0 25200,85", 640, 0, "yolov5 80")]
    [InlineData("output 25200,85; 397 3,80,80,85; 458 3,40,40,85; 519 3,20,20,85", 640, 0, "yolov5 80")]
    [InlineData("output 102000,85", 1280, 0, "yolov5 80")]
    [InlineData("output 2535,85", 416, 0, "yolov5 80")]
    [InlineData("output0 25200,6", 640, 0, "yolov5 1")]
    [InlineData("output0 25200,117; output1 32,160,160", 640, 0, "yolov5 80")] // coefficients of masks
    [InlineData("det_out 25200,6; drive_area_seg 2,640,640; lane_line_seg 2,640,640", 640, 0, "yolov5 1")] // another task
    // YOLOv8 to v11.
    [InlineData("output0 84,8400", 640, 0, "yolov8 80")]
    [InlineData("output0 84,-1", -1, 0, "yolov8 80")]
    [InlineData("output0 5,8400", 640, 0, "yolov8 1")]
    [InlineData("output0 116,8400; output1 32,160,160", 640, 0, "yolov8 80")]
    [InlineData("output0 8400,84", 640, 80, "yolov8 80")]
    [InlineData("output0 8400,84", 640, 0, "yolox 79|yolov8 80")]
    // YOLOX.
    [InlineData("output 8400,85", 640, 80, "yolox 80")]
    [InlineData("output 8400,85", 640, 0, "yolox 80|yolov8 81")]
    [InlineData("output 3549,85", 416, 80, "yolox 80")]
    // Boxes and scores: UltraFace, RetinaFace with landmarks, SSD by columns, YOLOv4 with a dimension of 1.
    [InlineData("scores 4420,2; boxes 4420,4", 240, 0, "ssd 2")]
    [InlineData("bbox 16800,4; confidence 16800,2; landmark 16800,10", 640, 0, "ssd 2")]
    [InlineData("bboxes 4,8732; scores 81,8732", 300, 0, "ssd 81")]
    [InlineData("boxes 10647,1,4; confs 10647,80", 416, 0, "ssd 80")]
    // Sets.
    [InlineData("logits 100,92; pred_boxes 100,4", 800, 0, "detr 92")]
    [InlineData("logits 300,80; pred_boxes 300,4", 640, 80, "rt-detr 80")]
    // Chosen by the model itself.
    [InlineData("boxes 300,4; labels 300; scores 300", 640, 0, "end-to-end 1")]
    [InlineData("num_dets 1; det_boxes 100,4; det_scores 100; det_classes 100", 640, 0, "end-to-end 1")]
    // None: boxes with landmarks that are relative to anchors, of YuNet and BlazeFace.
    [InlineData("loc 1076,14; conf 1076,2; iou 1076,1", 160, 0, "")]
    [InlineData("regressors 896,16; classificators 896,1", 128, 0, "")]
    // None: a classifier, a segmentation, levels of their own.
    [InlineData("logits 1000", 224, 0, "")]
    [InlineData("out 21,520,520", 520, 0, "")]
    [InlineData("cls_8 6400,1; cls_16 1600,1; obj_8 6400,1; obj_16 1600,1; bbox_8 6400,4; bbox_16 1600,4; kps_8 6400,10; kps_16 1600,10",
        640, 0, "")]
    public void Outputs_are_taken_for_what_they_are(string outputs, long side, int labels, string families)
    {
        OutputSummary[] all = [.. outputs.Split("; ").Select(o => o.Split(' ')).Select(o =>
            new OutputSummary(o[0], [.. o[1].Split(',').Select(long.Parse)], null))];
        var model = new ModelSummary("", 13, "images", [3, side, side], all[0].Name, all[0].Shape, false, false, [], null, [], 0, 0)
        {
            Outputs = all.Length > 1 ? all : null,
        };
        Assert.Equal(families,
            string.Join('|', HeadFinder.Find(model, labels).Select(h => $"{h.Family} {(h.Family == "end-to-end" ? 1 : h.Classes)}")));
    }

    [Fact]
    public void Rows_that_share_a_Softmax_are_no_detections()
    {
        var model = new ModelSummary("", 13, "x", [3, 48, 320], "text", [40, 6625], false, true, [], null, [], 0,
            0) { Activation = "Softmax" };
        Assert.Empty(HeadFinder.Find(model));
    }
}
